"""Essential data of public procurement (DECP): any file of the formats of 2019 and 2022, as published contracts.

    importing    the whole course: a file in, rows and a report out, all of it or nothing
    reading      bytes to records, one at a time, whatever the encoding and the root of the file
    structures   where each format keeps a field: nested, flat, single, JSON inside text
    values       one value: text, amount, date, consideration
    checking     a record to a contract, or why it is refused
    storing      many contracts into PostgreSQL: repeats found, the newest version kept
    report       the account of an import as JSON, however many refusals there are

Sources: arrêtés of 22 December 2022 on essential data (JORF n° 0303 of 31 December 2022) and their JSON schema 2.0.3
(139bercy/format-commande-publique); arrêté of 22 March 2019 for the format before.
"""
