"""The TOML: its options, its checks, and the reference generated from them."""
