"""The process in which texts are taken out of pages, with a parser worker's limits.

python -m connectors.pages.worker
"""

from connectors.pages.extract import extract
from connectors.parsing.parser_worker import main

if __name__ == "__main__":
    main(extract)
