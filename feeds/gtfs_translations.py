"""Names in other languages: translations.txt in today's form and in that of GTFS-JP before 2021."""

from dataclasses import dataclass

from feeds.gtfs_cells import NoticeLog, Table
from feeds.notices import Severity

_ANY = ("", "")


@dataclass(frozen=True, slots=True)
class Translations:
    """Texts by language.

    Attributes
    ----------
    by_record : dict
        (table, field, record_id) → {language: text}.
    by_value : dict
        (table, field, text as in the table) → {language: text}; table and field are empty in the old Japanese form.
    """

    by_record: dict[tuple[str, str, str], dict[str, str]]
    by_value: dict[tuple[str, str, str], dict[str, str]]

    def of(self, table: str, field: str, record: str, value: str) -> dict[str, str]:
        """Spellings of one cell; a record's own ones win over those of equal texts."""
        if not value:
            return {}
        found = self.by_value.get((*_ANY, value), {}) | self.by_value.get((table, field, value), {})
        return found | self.by_record.get((table, field, record), {})


def read_translations(table: Table, log: NoticeLog) -> Translations:
    """Every row that says what is translated into which language."""
    translations = Translations({}, {})
    is_old = "trans_id" in table
    for row, cells in table.records():
        text = cells.get("translation", "")
        if is_old:
            language, value = cells.get("lang", ""), cells["trans_id"]
            record, kind = "", _ANY
        else:
            language, value = cells.get("language", ""), cells.get("field_value", "")
            record = cells.get("record_id", "")
            kind = (cells.get("table_name", "").removesuffix(".txt"), cells.get("field_name", ""))
        if not language or not (record or value or kind[0] == "feed_info"):
            message = "the row does not say what it translates into which language; it is left out"
            log.add(Severity.WARNING, table.file, row, message)
        elif text and record and not cells.get("record_sub_id"):
            translations.by_record.setdefault((*kind, record), {})[language] = text
        elif text and value:
            translations.by_value.setdefault((*kind, value), {})[language] = text
    return translations
