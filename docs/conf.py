"""How Sphinx builds the site: `make site`. Every warning is an error there, and nothing is fetched by what it makes."""

project = "nixdrift"
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["conf.py"]
nitpicky = True

# A heading is linked to as it is on code hosts.
myst_heading_anchors = 4

html_theme = "furo"
html_title = "nixdrift"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
