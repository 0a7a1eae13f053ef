"""From the bytes of a file to text or tables: archives, workbooks, databases, JSON, XML."""
