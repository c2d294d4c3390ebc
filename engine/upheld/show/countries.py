"""Countries: the names of those whose support desks are likeliest to be met.

And those of their parts that keep holidays of their own and go by two names. What is not
here is shown by its code, as the policy has it.
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
GB-ENG England|Angleterre
GB-NIR Northern Ireland|Irlande du Nord
GB-SCT Scotland|Écosse
GB-WLS Wales|Pays de Galles
CH-AG Aargau|Argovie
CH-AI Appenzell Innerrhoden|Appenzell Rhodes-Intérieures
CH-AR Appenzell Ausserrhoden|Appenzell Rhodes-Extérieures
CH-BE Bern|Berne
CH-BL Basel-Landschaft|Bâle-Campagne
CH-BS Basel-Stadt|Bâle-Ville
CH-FR Fribourg|Fribourg
CH-GE Geneva|Genève
CH-GL Glarus|Glaris
CH-GR Graubünden|Grisons
CH-JU Jura|Jura
CH-LU Lucerne|Lucerne
CH-NE Neuchâtel|Neuchâtel
CH-NW Nidwalden|Nidwald
CH-OW Obwalden|Obwald
CH-SG St. Gallen|Saint-Gall
CH-SH Schaffhausen|Schaffhouse
CH-SO Solothurn|Soleure
CH-SZ Schwyz|Schwytz
CH-TG Thurgau|Thurgovie
CH-TI Ticino|Tessin
CH-UR Uri|Uri
CH-VD Vaud|Vaud
CH-VS Valais|Valais
CH-ZG Zug|Zoug
CH-ZH Zurich|Zurich
"""

_ROWS: Final = [(code, *names.split("|")) for code, names in (row.split(" ", 1) for row in _NAMES.strip().splitlines())]

ENGLISH_NAMES: Final = MappingProxyType({code: english for code, english, _ in _ROWS})
FRENCH_NAMES: Final = MappingProxyType({code: french for code, _, french in _ROWS})
