// Bundles the extension and the test suites: `node esbuild.mjs [--watch] [--minify] [target…]`, the extension by default.
import { globSync, rmSync } from 'node:fs';
import { context } from 'esbuild';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
};
const suite = (name, external = []) => ({
  ...shared,
  entryPoints: globSync(`test/${name}/**/*.test.ts`),
  outdir: `dist/test/${name}`,
  outbase: `test/${name}`,
  external: ['better-sqlite3', ...external],
});

// What a thread of its own loads when the first picture does not fit.
const pictureWorker = {
  ...shared,
  entryPoints: ['src/kiro/chat/request/pictures/pictureWorker.ts'],
  outfile: 'dist/pictureWorker.js',
  loader: { '.wasm': 'binary' },
  sourcesContent: false,
};

/** Of each target, what is bundled for it. */
const targets = {
  extension: [
    {
      ...shared,
      entryPoints: ['src/extension.ts'],
      outfile: 'dist/extension.js',
      external: ['vscode', 'better-sqlite3'],
      mainFields: ['module', 'main'],
      sourcesContent: false,
    },
    pictureWorker,
  ],
  // No `vscode` external: a runtime import of it in the core does not even build.
  unit: {
    ...suite('unit', ['proper-lockfile']),
    // What many test files share is built and loaded once: a third of the time of the whole run.
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // Packages in CommonJS ask for Node's modules this way.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  },
  conformance: suite('conformance', ['@aws/*', '@aws-sdk/*']),
  // Tests that start processes or threads of ours: too slow for every commit.
  processes: [suite('processes'), pictureWorker],
  fuzz: suite('fuzz'),
  bench: {
    ...suite('bench', ['@aws/*']),
    entryPoints: ['test/bench/main.ts', 'test/bench/service.ts'],
  },
  e2e: suite('e2e', ['playwright-core']),
  integration: {
    ...shared,
    entryPoints: ['test/integration/index.ts'],
    outfile: 'dist/test/integration/index.js',
    external: ['vscode', 'better-sqlite3', 'mocha'],
  },
  host: {
    ...shared,
    entryPoints: globSync('test/host/cli/*.ts'),
    outdir: 'dist/host',
    external: ['vscode', 'better-sqlite3', 'playwright-core', '@vscode/test-electron'],
  },
};

const args = process.argv.slice(2);
const chosen = args.filter((arg) => !arg.startsWith('--'));
const unknown = chosen.filter((name) => !(name in targets));
if (unknown.length)
  throw new Error(`No such target: ${unknown.join(', ')}. There are: ${Object.keys(targets).join(', ')}`);

const wanted = (chosen.length ? chosen : ['extension']).flatMap((name) => targets[name]);
for (const options of new Set(wanted)) {
  // Test files come and go: a bundle of a file that is gone must not be run.
  if (options.outdir) rmSync(options.outdir, { recursive: true, force: true });
  const bundler = await context({ ...options, minify: args.includes('--minify') });
  if (args.includes('--watch')) await bundler.watch();
  else {
    await bundler.rebuild();
    await bundler.dispose();
  }
}
