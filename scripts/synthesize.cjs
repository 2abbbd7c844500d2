// Runs main.ts by way of require: import, under tsx, reads each of cdktf's five hundred files twice, and nobody needs their source maps.
require('tsx/cjs');
process.setSourceMapsEnabled(false);
require('../main.ts');
