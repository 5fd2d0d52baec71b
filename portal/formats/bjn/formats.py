from portal.formats.id.formats import *  # noqa: F403
