"""Tools that build what is bundled with the library; nobody needs them to use it."""
