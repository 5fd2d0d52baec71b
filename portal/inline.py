"""The one stylesheet and the scripts that pages carry inside themselves (DECISIONS 10).

Each is read, minified and hashed once per process; the policy names the hashes and the body holds exactly those bytes.
The report room, which may import no other and carries the same script and the sheet without what is for paper, reads them.
"""

from content.reports.vault.frame import Inlined, script_of, whole_stylesheet
from content.reports.vault.frame import exit_script as exit_script
from content.reports.vault.frame import stylesheet as report_stylesheet

stylesheet = whole_stylesheet
__all__ = ["exit_script", "report_stylesheet", "stylesheet", "ticking_script"]


def ticking_script() -> Inlined:
    """The exit, then the ticks: a page carries one script, and what it keeps goes with the exit."""
    return script_of("js/exit.js", "js/ticks.js")
