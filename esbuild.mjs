// Bundles the extension and the test suites: `node esbuild.mjs [--watch] [--minify] [--outdir=FOLDER] [target…]`. The
// extension by default, and it alone goes to another folder than `dist`; beside it lies what esbuild says of it.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { context, transform } from 'esbuild';

const args = process.argv.slice(2);
const outdir = args.find((arg) => arg.startsWith('--outdir='))?.slice('--outdir='.length) ?? 'dist';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  sourcemap: true,
  // Texts are full of signs that would take three times as many bytes.
  charset: 'utf8',
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
  outfile: join(outdir, 'pictureWorker.js'),
  mainFields: ['module', 'main'],
  alias: { pako: './src/kiro/chat/request/pictures/inflate.ts' },
  // Beside the bundle: as a text in it, it would be a third larger in a package.
  loader: { '.wasm': 'file' },
  assetNames: '[name]',
  sourcesContent: false,
  metafile: true,
};

/** Writes ES modules, the only ones that esbuild splits, as CommonJS, which VS Code loads at once. */
const inCommonJs = {
  name: 'in-common-js',
  setup({ initialOptions: { minify, target }, onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        const common = { format: 'cjs', target, charset: 'utf8', sourcesContent: false };
        const { code } = await transform(text, {
          ...{ ...common, platform: 'node', supported: { 'dynamic-import': false } },
          sourcemap: minify ? false : 'inline',
        });
        // Each `import` of it would copy all of its names: a quarter of the time that loading the extension took.
        const lean = code.replaceAll('__toESM(require("vscode"))', 'require("vscode")');
        const written = minify ? (await transform(lean, { ...common, minify })).code : lean;
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, written);
      }
    });
  },
};

/**
 * Keeps what activation loads in one file. esbuild makes a chunk of the modules that the same entry points use; so each
 * module that is loaded on first use says that it uses the extension, which then is one such set.
 */
const activationInOneChunk = {
  name: 'activation-in-one-chunk',
  setup({ onResolve, onLoad }) {
    const lazy = new Set();
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'dynamic-import') lazy.add(resolve(resolveDir, `${path}.ts`));
    });
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!lazy.has(path)) return;
      const contents = `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(resolve('src/extension.ts'))};\n`;
      return { contents, loader: 'ts' };
    });
  },
};

/** Of each target, what is bundled for it. */
const targets = {
  // What is loaded on first use, by `import()`, is a chunk of its own.
  extension: [
    {
      ...shared,
      entryPoints: ['src/extension.ts'],
      outdir,
      chunkNames: 'chunks/[name]-[hash]',
      external: ['vscode', 'better-sqlite3'],
      mainFields: ['module', 'main'],
      format: 'esm',
      splitting: true,
      sourcemap: 'inline',
      sourcesContent: false,
      write: false,
      metafile: true,
      plugins: [activationInOneChunk, inCommonJs],
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
  faults: suite('faults'),
  packages: suite('packages'),
  fuzz: suite('fuzz'),
  bench: {
    ...suite('bench', ['@aws/*', 'playwright-core']),
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

const chosen = args.filter((arg) => !arg.startsWith('--'));
const unknown = chosen.filter((name) => !(name in targets));
if (unknown.length)
  throw new Error(`No such target: ${unknown.join(', ')}. There are: ${Object.keys(targets).join(', ')}`);

/** What esbuild tells of a bundle, for whoever wants to know what is in it. */
const metafileOf = ({ outfile }) =>
  join(outdir, outfile ? `${parse(outfile).name}.metafile.json` : 'extension.metafile.json');

const wanted = (chosen.length ? chosen : ['extension']).flatMap((name) => targets[name]);
for (const options of new Set(wanted)) {
  // Test files come and go: a bundle of a file that is gone must not be run.
  const stale = options.chunkNames ? join(outdir, 'chunks') : options.outdir;
  if (stale) rmSync(stale, { recursive: true, force: true });
  const bundler = await context({ ...options, minify: args.includes('--minify') });
  if (args.includes('--watch')) await bundler.watch();
  else {
    const { metafile } = await bundler.rebuild();
    if (metafile) writeFileSync(metafileOf(options), JSON.stringify(metafile));
    await bundler.dispose();
  }
}
