"""The embedded city: Makuhari Shintoshin, kept as small fact tables and written in the formats of any city."""
