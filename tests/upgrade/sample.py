"""What the dumped databases hold: accounts, records and changes. All of it is made up.

`make_dump` writes it with the code of one version; the tests look for it with the code of a later version.
"""

from tests.datapackage.sample_package import LAMPS

PASSWORD = "a-password-for-tests-only"
SUPERUSER, CURATOR = "superuser", "curator"

# The sample package, a published initiative to be withdrawn, and a draft that has the evidence to be published.
PACKAGE = LAMPS | {
    "initiatives": LAMPS["initiatives"]
    + """\
lamps-in-review,Lamps in review,Лампы на проверке,,Some lamps are planned.,,,project,proposed,2025,,,,,lamps,draft
lamps-of-yesterday,Lamps of yesterday,,,Some lamps were put up.,,,project,completed,2020,,,,,lamps,published
""",
    "evidence": LAMPS["evidence"]
    + """\
initiatives:lamps-in-review,*,gazette-2025,1,,supports
initiatives:lamps-in-review,starts_on,gazette-2025,1,,supports
initiatives:lamps-in-review,status,gazette-2025,1,,supports
initiatives:lamps-of-yesterday,*,gazette-2025,1,,supports
initiatives:lamps-of-yesterday,starts_on,gazette-2025,1,,supports
initiatives:lamps-of-yesterday,status,gazette-2025,1,,supports
""",
}

# An initiative whose title was changed in the admin.
CHANGED, OLD_TITLE, NEW_TITLE = "lamps-for-all", "Lamps for all", "Lamps for everyone"
REASON_OF_CHANGE = "A better title"
# An organisation whose slug was changed in the admin.
OLD_SLUG, NEW_SLUG = "lamp-office", "office-of-lamps"
# Initiatives that are not published.
IN_REVIEW, WITHDRAWN, DRAFT = "lamps-in-review", "lamps-of-yesterday", "lamps-of-tomorrow"
# Cities that a curator has marked as not duplicates.
NOT_DUPLICATES = ("alphaville", "betatown")
# Themes that were imported; the second one was deleted later.
IMPORTED, DELETED = "torches", "candles"
IMPORT = f"""\
slug,name_en,pillar,description
{IMPORTED},Torches,governance,All about torches
{DELETED},Candles,governance,All about candles
"""
REASON_OF_IMPORT = "Two themes are missing"
# A theme in a file that the background worker has not checked yet: files of more than 2,000 lines are left to it.
WAITING = "lanterns"
WAITING_IMPORT = (
    f"slug,name_en,pillar,description\n{WAITING},Lanterns,governance,All about lanterns\n" + "\n" * 2_500
)
