// Package arcollect is accounts-receivable collections inside of your own program: what is owed and since when, who hears
// from you today and how, which payment settles which invoice, whom to call first, and why each of these was decided.
//
// The C library is compiled into the package; nothing else needs to be installed but a C compiler.
package arcollect

/*
#cgo CFLAGS: -std=c11 -DARC_API= -fvisibility=hidden -Wno-unused-function
*/
import "C"
