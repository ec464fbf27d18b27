import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { changeSetting, eventually, model, World } from './world';

describe('a name that stands for a model', () => {
  let world: World;
  let account: SimulatedAccount;
  before(async () => {
    world = await World.create();
    account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    await world.import(account);
  });
  after(async () => {
    await changeSetting('aliases', undefined);
    await world.end();
  });

  const asked = async (id: string) => {
    world.simulator.script(text('Hello.'), closing());
    const response = await (await model(id)).sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    for await (const part of response.text) assert.equal(part, 'Hello.');
    return world.simulator.chats.at(-1)?.modelId;
  };
  const isListed = async (id: string) =>
    (await vscode.lm.selectChatModels({ vendor: 'kiroModels', id })).length > 0;

  it('is asked like a model, and the newest of the family answers', async () => {
    assert.equal(await asked('claude-sonnet-latest'), 'claude-sonnet-5');
    const [byFamily, ...others] = await vscode.lm.selectChatModels({ family: 'claude-sonnet' });
    assert.equal(byFamily?.id, 'claude-sonnet-latest');
    assert.deepEqual(others, []);
  });

  it('of one’s own is there as soon as the setting says so, and gone with it', async () => {
    await changeSetting('aliases', { quick: 'claude-haiku', wrong: 5, nowhere: 'claude-lyric' });
    await eventually(vscode.lm.onDidChangeChatModels, () => isListed('quick'));
    assert.equal(await asked('quick'), 'claude-haiku-4.5');
    assert.deepEqual([await isListed('wrong'), await isListed('nowhere')], [false, false]);
    await changeSetting('aliases', undefined);
    await eventually(vscode.lm.onDidChangeChatModels, async () => !(await isListed('quick')));
  });
});
