"""The list that an owner of premises keeps elsewhere: any spreadsheet, read by the owner’s references, taken in."""
