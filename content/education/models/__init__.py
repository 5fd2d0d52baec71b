"""What one learns: topics and their articles, stories, quizzes, the glossary, campaigns."""

from .campaigns import CampaignIndexPage, CampaignPage
from .quizzes import QuizIndexPage, QuizPage
from .stories import StoryIndexPage, StoryPage
from .topics import ArticlePage, EducationIndexPage, TopicPage
from .words import GlossaryPage

__all__ = [
    "ArticlePage",
    "CampaignIndexPage",
    "CampaignPage",
    "EducationIndexPage",
    "GlossaryPage",
    "QuizIndexPage",
    "QuizPage",
    "StoryIndexPage",
    "StoryPage",
    "TopicPage",
]
