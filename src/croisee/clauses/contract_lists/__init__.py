"""Lists of contracts that a facilitateur or a buyer keeps in a spreadsheet: taken in, and given back alike.

`columns` says what a list has; `rows` reads it and names what is wrong; `storing` takes it in; `kind` declares the
import; `export` writes the portfolio with the same columns, so that it is corrected and sent again.
"""
