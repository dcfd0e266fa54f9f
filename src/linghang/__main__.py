"""`python -m linghang` is the same as the command `linghang`."""

from linghang.cli import main

if __name__ == "__main__":
    main()
