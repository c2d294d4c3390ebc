"""Contracts as a table and a customer a line: the same contracts, and findings at the cell and the value."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld import load_contracts
from upheld.core.policy.policy import Policy
from upheld.loader.contracts import read_contracts
from upheld.loader.contracts.plain import MOST_CONTRACTS, MOST_CUSTOMERS, MOST_GRANTS, is_plain
from upheld.loading import examine
from upheld.schema.resources import read_schema
from upheld.schema.shape import misfits

POLICY = """
upheld: 1
policy: lender
version: 1.0.0
zone: Europe/Paris
vendor: {name: Lender}
sources: {terms: {title: Terms}}
clauses: {L-1: {says: something}}
facts: {level: {integer: true}}
parameters:
  within: {by: severity, values: [{from: 2024-01-01, high: 1h, low: 4h}], clauses: [L-1]}
  share: {values: [{from: 2024-01-01, is: 5}], clauses: [L-1]}
contracts:
  gold:
    parameters: [within, share]
    attributes: {sites: {text: true, many: true}, seats: {integer: true, at-least: 1}, beta: {boolean: true}}
    clauses: [L-1]
  plain: {clauses: [L-1]}
severities: [{id: high, clauses: [L-1]}, {id: low, clauses: [L-1]}]
roles: {customer: {}}
states: {open: {core: open}, closed: {core: closed}}
events: {submit: {by: customer}, close: {by: customer}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [L-1]}
  - {id: close, on: close, from: open, to: closed, clauses: [L-1]}
accounts:
  time: {unit: min, per: customer, overdraft: warn, clauses: [L-1]}
  money: {unit: EUR, per: customer, overdraft: warn, clauses: [L-1]}
"""
DOCUMENT = """\
upheld: 1
customers:
  acme:
    contracts:
      - {kind: gold, from: 2024-01-01, until: 2024-12-31, sites: [lyon, paris], seats: 5, beta: true,
         parameters: {within: {high: 30min}, share: 7}}
      - {kind: plain}
    grants:
      - {account: time, at: 2024-01-01T00:00Z, amount: 10h, expires: 2024-12-31}
      - {account: money, at: 2024-01-01T01:00+01:00, amount: 600}
      - {account: time, every: month, from: 2024-02-01, until: 2024-06-30, amount: 5h,
         counted-from: 2024-01-15, carry-over: {at-most: 60, for: 3mo}}
  "Café; Zürich": {contracts: [{kind: gold, sites: [genève]}]}
  globex: {}
releases: [{version: "5.3", date: 2024-06-01}, {version: "5.2", date: 2024-03-28}]
"""
LINES = """\
{"customer": "acme", "contracts": [{"kind": "gold", "from": "2024-01-01", "until": "2024-12-31", \
"sites": ["lyon", "paris"], "seats": 5, "beta": true, "parameters": {"within": {"high": "30min"}, "share": 7}}, \
{"kind": "plain"}], \
"grants": [{"account": "time", "at": "2024-01-01T00:00Z", "amount": "10h", "expires": "2024-12-31"}, \
{"account": "money", "at": "2024-01-01T01:00+01:00", "amount": 600}, \
{"account": "time", "every": "month", "from": "2024-02-01", "until": "2024-06-30", "amount": "5h", \
"counted-from": "2024-01-15", "carry-over": {"at-most": 60, "for": "3mo"}}]}

{"customer": "Cafe\u0301; Z\\u00fcrich", "contracts": [{"kind": "gold", "sites": ["genève"]}]}
{"customer": "globex"}
{"releases": [{"version": "5.3", "date": "2024-06-01"}, {"version": "5.2", "date": "2024-03-28"}]}
"""
TABLE = """\
Customer;kind;from;until;sites;seats;beta;parameters.within.high;parameters.share;\
grant.account;grant.at;grant.amount;grant.expires;release.version;release.date;\
grant.every;grant.from;grant.until;grant.carry-over.at-most;grant.carry-over.for;grant.counted-from
acme;gold;2024-01-01;2024-12-31;"[""lyon"", ""paris""]";5;TRUE;30min;7;time;2024-01-01T00:00Z;10h;2024-12-31;;
acme;plain;;;;;;;;money;2024-01-01T01:00+01:00;600
"Café; Zürich";gold;;;genève
globex;;;;;;;;;;;;;5.3;2024-06-01
acme;;;;;;;;;time;;5h;;;;month;2024-02-01;2024-06-30;60;3mo;2024-01-15
;;;;;;;;;;;;
;;;;;;;;;;;;;5.2;2024-03-28
"""


@pytest.fixture(scope="module")
def lender() -> Policy:
    examined = examine(POLICY.encode(), "lender.yaml")
    assert examined.policy is not None, examined.errors
    return examined.policy


def told(text: str, name: str, policy: Policy) -> list[str]:
    contracts, findings = read_contracts(text.encode(), name, policy)
    assert (contracts is None) == bool(findings)
    return [str(each) for each in findings]


@pytest.mark.parametrize("text, name", [(LINES, "c.jsonl"), (TABLE, "c.csv"), (LINES, "c"), (TABLE, "c.txt")])
def test_every_form_says_the_same(lender: Policy, text: str, name: str) -> None:
    """A document, lines and a table; by the ending of their names, or by their first line."""
    wanted, _ = read_contracts(DOCUMENT.encode(), "c.yaml", lender)
    found, findings = read_contracts(text.encode("utf-8-sig"), name, lender)

    assert [] == findings
    assert wanted is not None
    assert found is not None
    assert (wanted.customers, wanted.releases) == (found.customers, found.releases)
    assert list(wanted.customers) == list(found.customers)
    assert found.digest.startswith("sha256:")


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_head_says_what_stands_between_cells(lender: Policy, separator: str) -> None:
    """A comma or a tab as well; line ends of Windows."""
    rows = [["customer", "kind", "sites"], ["acme", "gold", "Lyon"], ["globex", "plain"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    contracts, findings = read_contracts(text.encode(), "c.csv", lender)

    assert [] == findings
    assert contracts is not None
    assert ["gold", "plain"] == [each.contracts[0].kind for each in contracts.customers.values()]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old"])
@pytest.mark.parametrize("name", ["c.csv", "c"])
@pytest.mark.parametrize(
    "text",
    [
        "sep=;\ncustomer;kind;sites\nacme;gold;Lyon\nglobex;plain\n",
        "\n sep=; \ncustomer;kind\nacme;gold\nglobex;plain\n",
        "customer;kind;sites;\nacme;gold;Lyon;\nglobex;plain;;\n",
        "customer,kind,,\nacme,gold,,\nglobex,plain,, ,\n",
    ],
    ids=["declared", "declared-below", "one-more", "two-more"],
)
def test_what_spreadsheets_leave_around_a_table_is_none_of_it(lender: Policy, text: str, name: str, ends: str) -> None:
    """A line that names the separator, cells without a name at the end, line ends of any system."""
    contracts, findings = read_contracts(text.replace("\n", ends).encode(), name, lender)

    assert [] == findings
    assert contracts is not None
    assert [("acme", "gold"), ("globex", "plain")] == [
        (name, each.contracts[0].kind) for name, each in contracts.customers.items()
    ]


@pytest.mark.parametrize(
    "text, said",
    [
        ("customer;;kind\nacme;;gold\n", "c.csv:1:10: error[UP101]: column 2 has no name"),
        ("sep=;\ncustomer;kind\nacme;gould\n", "c.csv:3:6: error[UP201]: contract `gould` is not declared"),
        ("customer\rkind\racme\n", "c.csv:1:9: error[UP010]: `\\r` is a carriage return with no line feed after it"),
        ("customer;kind;\racme;gould;\r", "c.csv:2:6: error[UP201]: contract `gould` is not declared"),
    ],
)
def test_such_a_table_is_told_of_at_its_own_places(lender: Policy, text: str, said: str) -> None:
    assert any(each.startswith(said) for each in told(text, "c.csv", lender))


def test_a_document_in_json_is_a_document(lender: Policy) -> None:
    """Also on one line, and also with releases."""
    spec = {"upheld": 1, "customers": {"acme": {"contracts": [{"kind": "plain"}]}}, "releases": []}
    contracts, findings = read_contracts(json.dumps(spec).encode(), "c.json", lender)

    assert [] == findings
    assert contracts is not None
    assert ["acme"] == list(contracts.customers)


@pytest.mark.parametrize(
    "row, place, said",
    [
        ("acme;gould", "2:6", "UP201]: contract `gould` is not declared (customer `acme`)"),
        ('"a ""b"" c";plain;2024-13-01', "2:19", "UP105]: `2024-13-01` is not in the calendar (customer"),
        ("acme;plain;2024-02-01;2024-01-31", "2:23", "UP104]: this contract ends on `2024-01-31`"),
        ("acme;plain;;;2", "2:14", "UP101]: a contract of kind `plain` has no `seats`"),
        ("acme;gold;;;0", "2:13", "UP209]: `seats` is at least `1`"),
        ("acme;gold;;;;5", "2:14", "UP104]: `severity` cannot be `hihg`"),
        ("acme;;2024-01-01", "2:1", "UP102]: `kind` is missing (customer `acme`)"),
        (";plain", "2:1", "UP102]: `customer` is missing in this row"),
        ("acme;;;;;;time;2024-01-01T00:00Z;0", "2:34", "UP108]: `0` is too small (customer `acme`)"),
        ("acme;;;;;;time;2024-01-01T00:00Z;-0", "2:34", "UP108]: `0` is too small (customer `acme`)"),
        ("acme;;;;;;time;2024-01-01T00:00Z;0min", "2:34", "UP105]: `0min` is no amount (customer `acme`)"),
        ("acme;;;;;;time;2024-01-01T00:00Z;9999999999999999", "2:34", "UP108]: `9999999999999999` is too large"),
        ("acme;;;;;;time;2024-01-01T00:00Z;1e5", "2:34", "UP105]: `1e5` is no"),
        ("acme;;;;;;time;2024-01-01;5", "2:16", "UP105]: `2024-01-01` is no instant"),
        ("acme;;;;;;time", "2:1", "UP102]: `amount` is missing (customer `acme`)"),
        ("acme;plain;;;;;;;;more", "2:1", "UP020]: this row has 10 cells, and the head 9"),
        ('acme;"plain', "2:1", "UP022]: this row is no row of CSV"),
    ],
)
def test_a_wrong_cell_is_told_where_it_stands(lender: Policy, row: str, place: str, said: str) -> None:
    """Line and column of the cell, and whose contract it is."""
    head = "customer;kind;from;until;seats;parameters.within.hihg;grant.account;grant.at;grant.amount\n"
    found = told(head + row + "\nglobex;plain\n", "c.csv", lender)

    assert found
    assert f"c.csv:{place}: error[{said}" == found[0][: len(f"c.csv:{place}: error[{said}")]


@pytest.mark.parametrize(
    "head, said",
    [
        ("customer,knid", "c.csv:1:10: error[UP101]: unknown column `knid`"),
        ("customer,kind,kind", "c.csv:1:15: error[UP040]: column `kind` stands here twice"),
        ("kind,from", "c.csv:1:1: error[UP102]: column `customer` is missing"),
        ("customer,parameters.share.high", "c.csv:1:10: error[UP101]: unknown column `parameters.share.high`"),
        ("customer,parameters.within", "c.csv:1:10: error[UP101]: unknown column `parameters.within`"),
        ("", "c.csv:1:1: error[UP050]: there is nothing in the table"),
    ],
)
def test_a_wrong_head_is_told(lender: Policy, head: str, said: str) -> None:
    """Unknown and repeated columns, and those that are missing."""
    assert [said] == told(head, "c.csv", lender)


@pytest.mark.parametrize(
    "line, said",
    [
        ('{"customer": "a", "contracts": [{"kind": "gould"}]}', "2:42: error[UP201]: contract `gould`"),
        (
            '{"customer": "a", "contracts": [{"kind": "plain"}, {"from": "2024-01-01"}]}',
            "2:52: error[UP102]: `kind` is missing",
        ),
        ('{"customer": "a", "grunts": []}', "2:19: error[UP101]: unknown key `grunts`"),
        ('{"customer": ""}', "2:14: error[UP105]: this text is empty"),
        ('{"customer": 7}', "2:14: error[UP103]: `7` is no customer's name"),
        ('{"contracts": []}', "2:1: error[UP102]: `customer` is missing"),
        ('{"customer": "first"}', "2:14: error[UP203]: customer `first` is given twice"),
        ('{"customer": "a", "customer": "b"}', "2:1: error[UP040]: key `customer` is given twice"),
        ('{"customer": "a", "contracts": [{"kind": "gold", "seats": 1.5}]}', "2:1: error[UP103]: `1.5` is no whole"),
        ('{"customer": "a", "contracts": ' + "[" * 100_000, "2:1: error[UP003]: this line is nested too deeply"),
        ('{"customer": "a" "b"}', "2:18: error[UP020]: this line is no JSON from here on"),
        ('["customer"]', "2:1: error[UP051]: this line is no customer"),
        (r'{"customer": "a\ud800"}', "2:1: error[UP010]: a text in this line"),
        ('{"customer": "a", "contracts": [' + "1" * 50 + "]}", "2:1: error[UP042]: `1"),
        (
            '{"customer": "a", "grants": [{"account": "time", "at": "2024-01-01T00:00Z", "amount": 0}]}',
            "2:87: error[UP108]: `0` is too small (customer `a`)",
        ),
    ],
)
def test_a_wrong_line_is_told_where_it_is_wrong(lender: Policy, line: str, said: str) -> None:
    """The place of the value in its line; the lines around it are read."""
    found = told(f'{{"customer": "first"}}\n{line}\n{{"customer": "last"}}\n', "c.jsonl", lender)

    assert [f"c.jsonl:{said}"] == [each[: len(f"c.jsonl:{said}")] for each in found]


@pytest.mark.parametrize("amount", ["0", "0min", "-0", "999999999999999999", "9" * 30, "-5", "1.5", "many", "[1]"])
def test_an_amount_that_is_none_is_a_finding(lender: Policy, amount: str) -> None:
    """V06: with its place and the customer's name, whatever is wrong with it."""
    grant = f"{{account: time, at: 2024-01-01T00:00Z, amount: {amount}}}"
    (found,) = told(f"upheld: 1\ncustomers: {{acme: {{grants: [{grant}]}}}}\n", "c.yaml", lender)

    assert found.startswith("c.yaml:2:")
    assert "customer `acme`" in found or "UP042" in found


def test_a_customer_of_a_table_has_its_bounds(lender: Policy) -> None:
    """As many grants and contracts as the schema allows a customer; a row more is told."""
    schema = json.loads(read_schema("contracts"))
    bounds = schema["$defs"]["customer"]["properties"]

    assert MOST_CUSTOMERS == schema["properties"]["customers"]["maxProperties"]
    assert (MOST_CONTRACTS, MOST_GRANTS) == (bounds["contracts"]["maxItems"], bounds["grants"]["maxItems"])
    rows = "a,plain\n" * MOST_CONTRACTS
    assert [] == told(f"customer,kind\n{rows}b,plain\n", "c.csv", lender)
    more = f"customer,kind\n{rows}b,plain\na,plain\n"
    assert [f"c.csv:{MOST_CONTRACTS + 3}:1: error[UP107]"] == [each[:26] for each in told(more, "c.csv", lender)]


def test_many_problems_end_the_reading(lender: Policy) -> None:
    """A hundred are told, and that there may be more."""
    found = told("customer,kind\n" + "a,gould\nb,gould\n" * 500, "c.csv", lender)

    assert 101 == len(found)
    assert [True] == ["reading stopped here, after 100 problems" in each for each in found if "UP005" in each]


@pytest.mark.parametrize(
    "data, said",
    [
        (b"\x1f\x8b\x08\x00", "UP001]: this is a gzip file"),
        (b"PK\x03\x04rest", "UP001]: this is a workbook or a zip file"),
        (b"\x89PNG\r\n", "UP001]: byte 0x89 is not UTF-8 text"),
        (b"customer,kind\n\x00\n", "UP010]: `\\x00` is a control character"),
    ],
)
def test_what_is_no_text_is_told(lender: Policy, data: bytes, said: str) -> None:
    """Gzip, workbooks, pictures, zeros."""
    for name in ("c.csv", "c.jsonl", "c.yaml"):
        contracts, findings = read_contracts(data, name, lender)
        assert contracts is None
        assert any(said in str(each) for each in findings)


def test_what_is_no_file_is_not_read(lender: Policy, tmp_path: Path) -> None:
    """A device without an end, a pipe that nobody writes, a folder."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in ("/dev/zero", pipe, tmp_path):
        with pytest.raises(OSError, match="this is no file|directory"):
            load_contracts(path, lender)


VALUES = st.sampled_from(
    [
        "gold", "plain", "lyon", "a b", "", "x" * 70, "x" * 4_001, 0, 1, -1, 10**15, 10**15 + 1, True, None,
        "2024-01-01", "2024-13-01", "2024-01-01T00:00Z", "10h", "0h", "90s", [], ["a"], ["a", 7], [None], {},
        {"a": 1}, {"high": "1h"}, {"high": {"a": 1}}, {"within": {"high": "30min"}},
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    "kind from until parameters sites Site account at amount expires every carry-over version date".split()
)
SPECS = st.dictionaries(KEYS, VALUES, max_size=6) | VALUES
GRANTS = st.fixed_dictionaries({"account": VALUES, "at": VALUES, "amount": VALUES}, optional={"expires": VALUES})
CARRIES = st.dictionaries(st.sampled_from(["at-most", "for", "less"]), VALUES, max_size=2)
PERIODS = st.sampled_from(["month", "quarter", "year", "week", 1])
RECURRING = st.fixed_dictionaries(
    {"account": VALUES, "every": PERIODS, "amount": VALUES},
    optional={"from": VALUES, "until": VALUES, "counted-from": VALUES, "carry-over": CARRIES | VALUES, "at": VALUES},
)
PARTS = st.fixed_dictionaries(
    {"upheld": st.sampled_from([1, 1, 1, 2, True])},
    optional={
        "customers": st.dictionaries(
            st.sampled_from(["acme", "", "a\nb", "x" * 201]),
            st.fixed_dictionaries(
                {}, optional={"contracts": st.lists(SPECS), "grants": st.lists(GRANTS | RECURRING | SPECS)}
            )
            | VALUES,
        )
        | VALUES,
        "releases": st.lists(SPECS) | VALUES,
        "more": VALUES,
    },
)


@given(PARTS)
def test_what_is_plain_fits_the_schema(root: object) -> None:
    """The quick look never takes what the schema would not."""
    assert not is_plain(root) or [] == list(misfits(root, "contracts"))


def test_ordinary_contracts_are_plain() -> None:
    """The schema is asked about the odd ones alone."""
    spec = {key: value for key, value in json.loads(LINES.splitlines()[0]).items() if key != "customer"}

    assert is_plain({"upheld": 1, "customers": {"acme": spec}})
