module example.org/arcollect

go 1.24
