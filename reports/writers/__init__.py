"""Writers: a paper as Markdown or as a Word document; the same paper gives the same bytes."""
