import {
  tf,
  type DetectorCheckpoint,
  type DetectorPlugin,
  type DetectorState,
  type Prediction,
  type RgbImage,
  type Supervision,
  type TrainingImage,
  type TrainingProgress,
  type TrainingSteps,
  type z,
} from '../plugin-api/index.js';
import type { PluginRegistry } from '../plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../services/training/trainingPlan.js';
import { openPlan } from './openPlan.js';
import { unless, type ContractRule, type ContractSetting } from './rule.js';
import { largestDifference, nonFinite, sampleImage } from './samples.js';

type Plugin = DetectorPlugin<z.ZodObject>;

const SEED = 3;
const side = 64;
/** A dark corner, and its mask. */
const corner = 24;
const isDark = (i: number) => i % side < corner && i < corner * side;

const image = (id: string, pixels: RgbImage, labels: Partial<TrainingImage> = {}): TrainingImage => ({
  ...{ id, filename: `${id}.png`, load: () => Promise.resolve(pixels) },
  ...labels,
});

function defective(seed: number): RgbImage {
  const surface = sampleImage(side, side, seed);
  for (let i = 0; i < side * side; i++) if (isDark(i)) surface.data.fill(5, 3 * i, 3 * i + 3);
  return surface;
}

const normalImages = [0, 1, 2, 3, 4].map((seed) => image(`normal-${seed}`, sampleImage(side, side, seed)));
const mask = { width: side, height: side, data: Uint8Array.from({ length: side * side }, (_, i) => Number(isDark(i))) };
const labelsOf: Record<Supervision, Partial<TrainingImage> | undefined> = {
  UNSUPERVISED: undefined,
  SUPERVISED: { loadMask: () => Promise.resolve(mask) },
  SEMI_SUPERVISED: { boxes: [{ x: 0, y: 0, width: corner, height: corner }] },
};

/** A training to its end, and what it did on the way. */
interface WholeTraining {
  state: DetectorState;
  reports: TrainingProgress[];
  /** The first that it offers to resume from, and the last: one is near the beginning, the other in its last stage. */
  checkpoints: DetectorCheckpoint[];
  /** Of an image with a defect. */
  prediction: Prediction;
  /** Tensors that training and prediction did not give back. */
  keptTensors: number;
}

/** Small trainings of a detector, as the product would do them. */
class SmallTrainings {
  private begun: Promise<WholeTraining> | undefined;

  constructor(
    private readonly registry: PluginRegistry,
    private readonly plugin: Plugin,
    private readonly setting: ContractSetting,
    readonly supervision: Supervision,
  ) {}

  async train(seed: number, steps: Partial<TrainingSteps> = {}) {
    const reports: TrainingProgress[] = [];
    const labels = labelsOf[this.supervision];
    const anomalousImages = labels ? [20, 21].map((each) => image(`anomalous-${each}`, defective(each), labels)) : [];
    const opened = await this.open();
    const report = (progress: TrainingProgress) => void reports.push(progress);
    const context = opened.trainingContext({ seed, normalImages, anomalousImages, report, ...steps });
    const state = await opened.plugin.train(context).finally(() => opened.close());
    return { state, reports };
  }

  async predict(state: DetectorState, pixels: RgbImage): Promise<Prediction> {
    const opened = await this.open();
    const predictor = await opened.plugin.load(state, opened.shared);
    const prediction = await predictor.predict(pixels);
    await predictor.dispose();
    opened.close();
    return prediction;
  }

  /** The training that most rules look at: done once, since it is what costs. */
  whole(): Promise<WholeTraining> {
    return (this.begun ??= this.trainWhole());
  }

  /** Names of the stages that the detector states. */
  stages(): string[] {
    const { params } = this.registry.resolveRecord('detector', this.plan().detector);
    return this.plugin.stages({ params, supervision: this.supervision, continuing: false }).map(({ name }) => name);
  }

  private async trainWhole(): Promise<WholeTraining> {
    const checkpoints: DetectorCheckpoint[] = [];
    const checkpoint: TrainingSteps['checkpoint'] = async (save) => {
      const saved = structuredClone(await save());
      checkpoints.splice(1, 1, saved);
    };
    const before = tf.memory().numTensors;
    const { state, reports } = await this.train(SEED, { checkpoint });
    const prediction = await this.predict(state, defective(51));
    return { state, reports, checkpoints, prediction, keptTensors: tf.memory().numTensors - before };
  }

  private plan(): TrainingPlan {
    const { supervision, setting } = this;
    const detector = { id: this.plugin.id, params: setting.given };
    return planTraining(this.registry, { supervision, detector, settings: { imageSize: side } }, []);
  }

  private open() {
    const { supervision, registry, setting } = this;
    const { log, ...files } = setting.context;
    const tools = { registry, compute: setting.compute, files, say: (text: string) => log.info(text) };
    return openPlan(this.plan(), supervision, tools);
  }
}

/** What every detector keeps, with each supervision it trains. @param registry that knows the detector and what it uses. */
export function detectorRules(registry: PluginRegistry): readonly ContractRule<Plugin>[] {
  const bySetting = new WeakMap<ContractSetting, SmallTrainings[]>();
  const trainingsOf = (plugin: Plugin, setting: ContractSetting) => {
    const known = bySetting.get(setting);
    if (known) return known;
    const trainings = plugin.supervisions.map((each) => new SmallTrainings(registry, plugin, setting, each));
    bySetting.set(setting, trainings);
    return trainings;
  };
  const rule = (name: string, check: (trainings: SmallTrainings) => Promise<string[]>): ContractRule<Plugin> => ({
    name,
    check: async (plugin, setting) => {
      const found: string[] = [];
      for (const trainings of trainingsOf(plugin, setting)) {
        const problems = await check(trainings);
        found.push(...problems.map((problem) => `${trainings.supervision}: ${problem}`));
      }
      return found;
    },
  });
  return [
    rule('gives a finite map of the image size, and a finite score', givesFiniteMaps),
    rule('gives the same state for the same seed', givesSameState),
    rule('gives the same state when it is interrupted at a step it offers to resume from', resumes),
    rule('reports its stages to their ends, in the order it states, and gives back every tensor', reportsStages),
    rule('stops when it is told to', stops),
  ];
}

async function givesFiniteMaps(trainings: SmallTrainings): Promise<string[]> {
  const { anomalyMap, anomalyScore } = (await trainings.whole()).prediction;
  const { width, height, data } = anomalyMap;
  return unless(
    [
      width === side && height === side && data.length === side * side,
      `its map is ${width} x ${height}; the image ${side} x ${side}`,
    ],
    [nonFinite(data) === 0, `${nonFinite(data)} values of its map are not finite`],
    [Number.isFinite(anomalyScore), `its score is ${anomalyScore}`],
  );
}

function differences(a: DetectorState, b: DetectorState): string[] {
  const names = [...new Set([...Object.keys(a.tensors), ...Object.keys(b.tensors)])];
  return names.filter((name) => largestDifference(a.tensors[name]?.data ?? [], b.tensors[name]?.data ?? [NaN]) !== 0);
}

async function givesSameState(trainings: SmallTrainings): Promise<string[]> {
  const apart = differences((await trainings.whole()).state, (await trainings.train(SEED)).state);
  return unless([apart.length === 0, `these tensors differ: ${apart.join(', ')}`]);
}

async function resumes(trainings: SmallTrainings): Promise<string[]> {
  const { state: whole, checkpoints } = await trainings.whole();
  const found: string[] = [];
  for (const resumeFrom of checkpoints) {
    const { state, reports } = await trainings.train(SEED, { resumeFrom });
    const apart = differences(whole, state);
    const again = reports.find(({ stage }) => stage === resumeFrom.metadata['stage'])?.step ?? Number.POSITIVE_INFINITY;
    const resumed = `resumed behind step ${resumeFrom.step}`;
    found.push(
      ...unless(
        [apart.length === 0, `${resumed}, these differ: ${apart.join(', ')}`],
        [again > resumeFrom.step, `${resumed}, it reports step ${again} again`],
      ),
    );
  }
  return found;
}

async function reportsStages(trainings: SmallTrainings): Promise<string[]> {
  const { reports, keptTensors: kept } = await trainings.whole();
  const last = new Map(reports.map((report) => [report.stage, report]));
  const begun = reports.filter(({ stage }, i) => stage !== reports[i - 1]?.stage);
  const [found, stated] = [[...last.keys()].join(', '), trainings.stages().join(', ')];
  return unless(
    [kept === 0, `it keeps ${kept} tensors`],
    [found === stated, `it reports ${found || 'nothing'}; it states ${stated}`],
    [begun.length === last.size, `it comes back to a stage: ${begun.map(({ stage }) => stage).join(', ')}`],
    ...[...last.values()].map(
      ({ stage, step, totalSteps }) => [step === totalSteps, `${stage} ends at step ${step} of ${totalSteps}`] as const,
    ),
  );
}

async function stops(trainings: SmallTrainings): Promise<string[]> {
  const controller = new AbortController();
  controller.abort(new Error('told to stop'));
  const ended = await trainings.train(1, { signal: controller.signal }).then(
    () => 'it trains to the end',
    (error: Error) => error.message,
  );
  return unless([ended === 'told to stop', `told to stop before it begins: ${ended}`]);
}
