"""The one stylesheet and the one script that pages carry inside themselves (DECISIONS 10).

Both are read, minified and hashed once per process; the policy names the hashes and the body holds exactly those bytes.
They are the bytes of the report path, whose room may import no other and therefore reads them.
"""

from content.reports.vault.frame import exit_script as exit_script
from content.reports.vault.frame import stylesheet as stylesheet
