import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { changesOf, type Repository, repositories } from '../../src/vscode/scm/git';
import { GitRepository } from '../fixtures/gitRepository';
import { monthlyLimit } from '../simulator/httpErrors';
import { closing, fail, Gate, text, waitAt } from '../simulator/steps';
import { changeSetting, World } from './world';

describe('the message of a commit', () => {
  let world: World;
  let files: GitRepository;
  let repository: Repository;
  before(async () => {
    world = await World.create();
    await world.import(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    files = new GitRepository(folder?.uri.fsPath);
    files.write('AGENTS.md', 'Commit messages are in English.');
    files.commit('feat: the first one');
    const git = vscode.extensions.getExtension('vscode.git')?.exports.getAPI(1);
    repository = await git.openRepository(vscode.Uri.file(files.folder));
  });
  beforeEach(async () => {
    files.git('reset', '--quiet', '--hard');
    files.git('clean', '--quiet', '--force');
    repository.inputBox.value = '';
    await refresh();
    world.person.heard();
  });
  afterEach(() => {
    world.person.presses.clear();
    world.simulator.assertDone();
  });
  after(async () => {
    await changeSetting('commitMessage.model', undefined);
    await world.end();
  });

  const refresh = () => vscode.commands.executeCommand('git.refresh', vscode.Uri.file(files.folder));
  const write = () =>
    vscode.commands.executeCommand('kiroModels.writeCommitMessage', { rootUri: repository.rootUri });
  const asked = () => world.simulator.chats.at(-1) ?? assert.fail('no chat came');

  it('is written by the cheapest model from what is staged, the last messages, and the repository’s instructions', async () => {
    files.write('code.ts', 'export const staged = 1;\n');
    files.git('add', 'code.ts');
    files.write('other.ts', 'export const unstaged = 2;\n');
    await refresh();
    world.simulator.script(text('feat: ', 'a constant'), closing());
    await write();
    assert.equal(repository.inputBox.value, 'feat: a constant');
    assert.equal(asked().modelId, 'claude-haiku-4.5');
    assert.match(asked().text, /\+export const staged = 1;/);
    assert.doesNotMatch(asked().text, /unstaged/);
    assert.match(asked().text, /feat: the first one/);
    assert.match(asked().text, /Commit messages are in English\./);
  });

  it('is about everything where nothing is staged, new files too, and secrets by name only', async () => {
    files.write('AGENTS.md', 'Changed.\n');
    files.write('new.ts', 'export const added = 3;\n');
    files.write('.env', 'PASSWORD=hunter2\n');
    await refresh();
    const changes = await changesOf(repository);
    assert.match(changes, /\+Changed\./);
    assert.match(changes, /\+export const added = 3;/);
    assert.match(changes, /b\/\.env\nnew file/);
    assert.doesNotMatch(changes, /hunter2/);
  });

  it('completes what the person has begun, and Undo gives that back', async () => {
    files.write('code.ts', 'export {};\n');
    await refresh();
    repository.inputBox.value = 'fix(ui): ';
    world.simulator.script(text('fix(ui): no export'), closing());
    world.person.presses.add('Undo');
    await write();
    assert.match(asked().text, /<begun>\nfix\(ui\):\n<\/begun>/);
    assert.equal(repository.inputBox.value, 'fix(ui): ');
  });

  it('leaves the box as it was where the service fails, and the person reads why', async () => {
    files.write('code.ts', 'export {};\n');
    await refresh();
    repository.inputBox.value = 'mine';
    world.simulator.script(fail(monthlyLimit()));
    await write();
    assert.equal(repository.inputBox.value, 'mine');
    assert.match(world.person.heard().join(), /credits/);
  });

  it('arrives while the model writes, and a second click meanwhile asks nothing', async () => {
    files.write('code.ts', 'export {};\n');
    await refresh();
    const gate = new Gate();
    world.simulator.script(text('feat: begun'), waitAt(gate), text(' and ended'), closing());
    const written = write();
    await gate.reached;
    await write();
    gate.open();
    await written;
    assert.equal(repository.inputBox.value, 'feat: begun and ended');
  });

  it('is not asked for where nothing has changed, which is said', async () => {
    await write();
    assert.deepEqual(world.person.heard(), ['There are no changes to write a commit message for.']);
  });

  it('is written by the model that the person has set, and one that is not there is told', async () => {
    files.write('code.ts', 'export {};\n');
    await refresh();
    await changeSetting('commitMessage.model', 'claude-opus-4.8');
    world.simulator.script(text('feat: x'), closing());
    await write();
    assert.equal(asked().modelId, 'claude-opus-4.8');
    await changeSetting('commitMessage.model', 'claude-opus-9');
    world.person.heard();
    await write();
    assert.match(
      world.person.heard().join(),
      /“claude-opus-9” in kiroModels\.commitMessage\.model is not one of/,
    );
  });

  it('knows the repositories of the window', async () => {
    assert.deepEqual(
      (await repositories())?.map(({ rootUri }) => rootUri.fsPath),
      [files.folder],
    );
  });
});
