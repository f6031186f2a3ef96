"""What can be done with policies by themselves: check them, test them, explain, compare and print them.

One module a command, each with one function of the same name as the command below `returnledger policy`.
"""
