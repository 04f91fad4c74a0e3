"""Loading official open data: one module a format, each a `Format` that recognises its files and stores their rows.

    results = load_territory("243500139", sources.files_of("../shared/data"))

`loading` drives, `recognition` tells formats apart, `sources` finds and downloads files, `bulk` and `streams` carry
many rows quickly, `refusals` keeps what was wrong.
"""
