#!/bin/sh
# Moves this checkout from the archived cdktf to its fork CDK Terrain: the same import names, the fork's package behind them.
# An alias, because the fork has no provider package for Google yet and one for Azure that lags behind its library; the provider
# packages of @cdktf run on it unchanged (docs/adr/0009-stay-on-cdktf.md). To go back: git checkout package.json package-lock.json && npm ci
set -eu
cd "$(dirname "$0")/.."

version=${1:-0.24.0}

# The provider packages ask for cdktf ^0.21; the override is what lets them have the fork instead.
# shellcheck disable=SC2016
npm pkg set "devDependencies.cdktf=npm:cdktn@$version" 'overrides.cdktf=$cdktf'
npm install
echo "cdktf is now cdktn $version. Check it with: npm run synth && npm test"
