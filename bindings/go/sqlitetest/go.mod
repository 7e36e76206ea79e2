module example.org/arcollect/sqlitetest

go 1.24

require (
	example.org/arcollect v0.0.0
	github.com/mattn/go-sqlite3 v1.14.32
)

replace example.org/arcollect => ../
