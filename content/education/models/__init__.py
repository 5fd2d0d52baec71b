"""What one learns: topics and their articles, stories."""

from .stories import StoryIndexPage, StoryPage
from .topics import ArticlePage, EducationIndexPage, TopicPage

__all__ = ["ArticlePage", "EducationIndexPage", "StoryIndexPage", "StoryPage", "TopicPage"]
