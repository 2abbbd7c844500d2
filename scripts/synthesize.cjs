// Runs main.ts by way of require: import, under tsx, reads each of cdktf's five hundred files twice.
require('tsx/cjs');
require('../main.ts');
