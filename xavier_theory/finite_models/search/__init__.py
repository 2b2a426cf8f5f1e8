"""The smallest counterexample where an assumption is dropped, by enumeration in a fixed order.

In reading order:

    sizes       sizes, smallest sum first
    laws        all rational laws of one block with bounded height
    scope       a claim and the kept assumptions, unrolled at one choice of sizes
    smallest    the enumeration: the first model in which the claim fails
    necessity   drop an assumption, search, and say what was found or why not
"""
