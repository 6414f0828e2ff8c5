"""What tests share: a real spreadsheet program, and pictures of workbooks."""
