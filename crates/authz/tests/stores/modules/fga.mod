schema: '1.2' # the first that knows modules
contents:
  - core.fga
  - parts/boards.fga
