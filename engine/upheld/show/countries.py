"""Countries: the names of those whose support desks are likeliest to be met.

A country that is not here is shown by its code, as the policy has it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_NAMES: Final = """
AD Andorra|Andorre
AT Austria|Autriche
AU Australia|Australie
BE Belgium|Belgique
BG Bulgaria|Bulgarie
BR Brazil|Brésil
CA Canada|Canada
CH Switzerland|Suisse
CI Côte d'Ivoire|Côte d'Ivoire
CM Cameroon|Cameroun
CY Cyprus|Chypre
CZ Czechia|Tchéquie
DE Germany|Allemagne
DK Denmark|Danemark
DZ Algeria|Algérie
EE Estonia|Estonie
ES Spain|Espagne
FI Finland|Finlande
FR France|France
GB United Kingdom|Royaume-Uni
GR Greece|Grèce
HR Croatia|Croatie
HU Hungary|Hongrie
IE Ireland|Irlande
IN India|Inde
IS Iceland|Islande
IT Italy|Italie
JP Japan|Japon
LI Liechtenstein|Liechtenstein
LT Lithuania|Lituanie
LU Luxembourg|Luxembourg
LV Latvia|Lettonie
MA Morocco|Maroc
MC Monaco|Monaco
MT Malta|Malte
NL Netherlands|Pays-Bas
NO Norway|Norvège
NZ New Zealand|Nouvelle-Zélande
PL Poland|Pologne
PT Portugal|Portugal
RO Romania|Roumanie
SE Sweden|Suède
SI Slovenia|Slovénie
SK Slovakia|Slovaquie
SN Senegal|Sénégal
TN Tunisia|Tunisie
US United States|États-Unis
ZA South Africa|Afrique du Sud
"""

_ROWS: Final = [(entry[:2], *entry[3:].split("|")) for entry in _NAMES.strip().splitlines()]

ENGLISH_NAMES: Final = MappingProxyType({code: english for code, english, _ in _ROWS})
FRENCH_NAMES: Final = MappingProxyType({code: french for code, _, french in _ROWS})
