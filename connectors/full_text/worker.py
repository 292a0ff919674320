"""The process in which texts are taken out of pages, with a parser worker's limits.

python -m connectors.full_text.worker
"""

from connectors.full_text.extract import extract
from connectors.sources.parser_worker import main

if __name__ == "__main__":
    main(extract)
