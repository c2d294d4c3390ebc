"""Workbooks written by hand, as few parts as a reader needs: a cell is its XML, or a value."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

DATE, DATE_TIME, DURATION, TIME = 1, 2, 3, 4
"""Styles: what a number is shown as."""

_STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/>
<numFmt numFmtId="165" formatCode="[h]:mm:ss"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/>
<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>"""

Value = str | int | float | bool | None | tuple[float, int]
Sheets = Mapping[str, Sequence[Sequence[Value]]]


class Raw(str):
    """A cell as XML; ``{at}`` is where it stands."""


def letters(column: int) -> str:
    """What a column, from 0, is called."""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def packed(parts: Mapping[str, str | bytes], first: str = "") -> bytes:
    """A ZIP file of these parts; the first is stored as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def xlsx(sheets: Sheets, *, since_1904: bool = False, hidden: Sequence[str] = (), merged: Sequence[str] = ()) -> bytes:
    """A workbook in Office Open XML; of a pair the second is the style of the number."""
    listed, related, parts = "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' * (name in hidden)
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>'
        related += f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/{number}.xml"/>'
        body = "".join(f'<row r="{index}">{_cells(index, row)}</row>' for index, row in enumerate(rows, 1))
        ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
        merging = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
        parts[f"xl/worksheets/{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{merging}</worksheet>'
        )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    epoch = '<workbookPr date1904="1"/>' * since_1904
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="xml" ContentType="{kind}.worksheet+xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{epoch}<sheets>{listed}</sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": _STYLES,
            **parts,
        }
    )


def _cells(index: int, row: Sequence[Value]) -> str:
    return "".join(_cell(f"{letters(column)}{index}", value) for column, value in enumerate(row))


def _cell(at: str, value: Value) -> str:
    if isinstance(value, Raw):
        return value.replace("{at}", at)
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    number, style = value if isinstance(value, tuple) else (value, 0)
    return f'<c r="{at}" s="{style}"><v>{number!r}</v></c>'


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def ods(sheets: Sheets, *, body: str = "") -> bytes:
    """A workbook in OpenDocument; ``body`` stands for the sheets where a test writes these itself."""
    tables = body or "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(
        {
            "mimetype": kind,
            "content.xml": f'<office:document-content xmlns:office="{OFFICE}:office:1.0" '
            f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0" office:version="1.2"><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        },
        first="mimetype",
    )


def _ods_cell(value: Value) -> str:
    if isinstance(value, Raw):
        return str(value)
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        number = value[0] if isinstance(value, tuple) else value
        kind = f'office:value-type="float" office:value="{number}"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
