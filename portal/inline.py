"""The one stylesheet and the one script that pages carry inside themselves (DECISIONS 10).

Both are read, minified and hashed once per process; the policy names the hashes and the body holds exactly those bytes.
The report room, which may import no other and carries the same script and the sheet without what is for paper, reads them.
"""

from content.reports.vault.frame import exit_script as exit_script
from content.reports.vault.frame import stylesheet as report_stylesheet
from content.reports.vault.frame import whole_stylesheet

stylesheet = whole_stylesheet
__all__ = ["exit_script", "report_stylesheet", "stylesheet"]
