"""Currencies: the codes in which an account may count money.

Those of ISO 4217 (list one, as its maintenance agency publishes it) that some country pays with today: neither
historic ones, nor funds, metals and codes for testing. An account counts in the smallest unit of
its currency.

    >>> "EUR" in CURRENCIES, "DEM" in CURRENCIES, "XAU" in CURRENCIES
    (True, False, False)
"""

from __future__ import annotations

from typing import Final

CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
    LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
    SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
    XPF YER ZAR ZMW ZWG
    """.split()
)

DECIMALS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
"""Decimals of the currencies that do not have two."""

MINUTES: Final = "min"
"""The unit of an account that counts time."""


def money(value: int, currency: str, decimal: str) -> str:
    """An amount of minor units as money, without its currency.

    >>> money(25005, "EUR", "."), money(-7, "EUR", ","), money(300, "JPY", "."), money(1500, "KWD", ".")
    ('250.05', '-0,07', '300', '1.500')
    """
    decimals = DECIMALS.get(currency, 2)
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{'-' if value < 0 else ''}{whole}{f'{decimal}{rest:0{decimals}}' if decimals else ''}"
