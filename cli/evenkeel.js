#!/usr/bin/env node
// The `evenkeel` command in a checkout: installs what is missing, then runs the TypeScript sources.
await import('../scripts/ensure-installed.js');
const { register } = await import('tsx/esm/api');
register();
await import('./main.ts');
