"""What bytes look like that are no UTF-8: a hint, which is right of a few lines and silent of the West."""

from __future__ import annotations

from io import BytesIO

import pytest

from upheld.history.file import HistoryFile
from upheld.history.file.encoding import encoding_of
from upheld.history.file.likely_encoding import likely_encoding

JAPANESE = "チケット,日時,状態\nT-1,2026/03/02 09:00,新規\nT-2,2026/03/03 09:00,解決済み\n"
CHINESE = "工单,时间,状态,处理人\nT-1,2026-03-02 09:00,新建,王伟\n"
TAIWANESE = "工單,時間,狀態,處理人\nT-1,2026-03-02 09:00,新建,王偉\n"
KOREAN = "티켓,날짜,상태\nT-1,2026-03-02 09:00,신규\n"
RUSSIAN = "Заявка;Дата;Статус\nT-1;02.03.2026 09:00;Решена\n"
FRENCH = "Ticket;Priorité;Auteur\nT-1;Élevée;Zoé l’Été\n"
LIKELY = [
    (JAPANESE, "cp932", "cp932"),
    (JAPANESE, "euc_jp", "euc-jp"),
    (CHINESE, "gb18030", "gb18030"),
    (TAIWANESE, "big5", "big5"),
    (KOREAN, "cp949", "euc-kr"),
    (RUSSIAN, "cp1251", "cp1251"),
    (RUSSIAN, "koi8_r", "koi8-r"),
    (FRENCH, "mac_roman", "mac-roman"),
    (FRENCH, "cp1252", ""),
    ("Größe;schließen;König\n", "cp1252", ""),
    ("Acme™;don’t…;€5\n", "cp1252", ""),
    ("Řešení;Příliš žluťoučký kůň\n", "cp1250", ""),
    ("Αίτημα;Κατάσταση;Υψηλή\n", "cp1253", ""),
]


@pytest.mark.parametrize("text, written, name", LIKELY)
def test_a_few_lines_tell_it(text: str, written: str, name: str) -> None:
    """And what is named can be said with `--encoding`."""
    data = text.encode(written)

    assert name == likely_encoding(data)
    assert not name or text == data.decode(encoding_of(name))


def test_it_is_told_beside_the_guess() -> None:
    """What is read stays what it was."""
    file = HistoryFile("log.csv", BytesIO(RUSSIAN.encode("cp1251")))

    assert [line for _, line in file.lines()] == RUSSIAN.encode("cp1251").decode("cp1252").splitlines()
    assert [("doubtful-encoding", {"encoding": "cp1252", "likely": "cp1251"})] == [
        (each.kind, dict(each.values)) for each in file.notices
    ]
