#!/usr/bin/env bash
# Books a year of real returns in a scratch folder and reports on them. `make demo` runs it; nothing outside demo-work
# is touched.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf demo-work
mkdir demo-work
cp -r examples/online-retail demo-work/shop
export RETURNLEDGER_CACHE="$PWD/demo-work/cache" COLUMNS=80 PYTHONUTF8=1 NO_COLOR=1
cd demo-work/shop

say() { printf '\n\n=== %s\n\n' "$*"; }
fit() { sed -E 's/^(.{77}).{4,}$/\1.../'; } # long lines of the ledger, cut for the eye only
run() { # show a command as typed, then what it says; refusals are part of the story
    printf '$ %s\n' "$*"
    eval "$*" 2>&1 || true
}

say "Six customers of a real shop: a year of sales and returns"
cat <<'END'
Data: Chen, D. (2015), Online Retail, UCI Machine Learning Repository,
DOI 10.24432/C5BW33, CC BY 4.0; costs are assumed. See examples/online-retail.
END
run "head -4 events.csv"

say "Four of them: what would be booked? Nothing is written"
(head -1 events.csv && grep -E ',auto,C(537797-1|537797-2|549666-17|563614-4[0-9]*),' events.csv) >few.csv
run "returnledger plan few.csv --ready 2>&1 | fit"

say "All 422 returned lines: what can be posted is posted, the rest says why not"
run "returnledger --findings concise apply events.csv --ready >said.txt 2>why.txt"
run "tail -n 3 said.txt"
run "grep -c 'error.unknown-sale.' why.txt    # no such sale"
run "grep -c 'error.more-than-sold.' why.txt  # only a part of the units"
run "head -n 4 why.txt | fold -s -w 80"

say "One sale, looked at again"
run "returnledger sale 548318 | fit | head -30"

say "How much comes back?"
run "returnledger report rate --by customer"
run "returnledger report rate --by month --metric value"

say "What is in stock now? It is what came back: as many were bought as were sold"
run "returnledger report inventory >inventory.txt; head -20 inventory.txt; echo ...; tail -8 inventory.txt"

say "The books are as they were written, and Beancount loads them without an error"
run "returnledger verify"
run "bean-check main.beancount && echo no errors"

printf '\nThe books of this demo are in demo-work/shop, what was booked in its returns/.\n'
