import { In, IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope, Principal } from '../access/index.js';
import {
  DatasetEntity,
  ImageEntity,
  StudyEntity,
  StudyImageEntity,
  StudyTrialEntity,
  type AnnotationKind,
  type PixelPayload,
} from '../database/entities/index.js';
import { notFound, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { checkBlocks } from './annotations/blocks.js';
import { checkBoxes, type GivenBox } from './annotations/boxes.js';
import type { LabelContent } from './annotations/contradictions.js';
import type { Checked } from './annotations/labelled.js';
import { pixelPayloadFromRle } from './annotations/pixels.js';
import type { DatasetsService } from './datasets.service.js';
import { measurementProblems, type MeasuredWork } from './label-sessions/measurementProblems.js';
import { nameProblems } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import { idsIn, inScope, rowsIn } from './scoped.js';
import { studyResults, trialsCsv, type StudyResult } from './studies/studyResults.js';
import { practiceTrials, trialOrder } from './studies/trialOrder.js';

/** Images of a study: with fewer nothing but practice would be left, with more nobody gets to the end. */
export const [fewestImages, mostImages] = [practiceTrials + 1, 200];

/** Seconds by which clocks and rounding may differ. */
const tolerance = 0.5;

/** A study to make. */
export interface CreateStudy {
  datasetId: string;
  name: string;
  kinds: readonly AnnotationKind[];
  /** How many of the images with a mask are copied, by lot. */
  images: number;
  seed: number;
}

/** What somebody copied. */
export interface FinishTrial extends MeasuredWork {
  trialId: string;
  activeSeconds: number;
  /** The one of the trial's kind. */
  boxes?: readonly GivenBox[] | null | undefined;
  blocks?: { blockSize: number; labels: readonly string[] } | null | undefined;
  counts?: string | null | undefined;
}

/** How far a participant is. */
export interface StudyProgress {
  done: number;
  total: number;
}

interface StudyParts {
  dataSource: DataSource;
  datasets: DatasetsService;
  pixels: PixelProcesses;
  limits: { boxesPerImage: number };
}

/** Studies: what each kind of label costs one's own people, measured by copying masks (the paper's Figures 4 and 5). */
export class StudiesService {
  constructor(private readonly parts: StudyParts) {}

  /** @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT. */
  async create(scope: AccessScope, input: CreateStudy): Promise<StudyEntity> {
    const { datasetId, name, kinds, images, seed } = input;
    throwIfProblems([...nameProblems('study name', name, { field: ['input', 'name'] }), ...choiceProblems(input)]);
    await this.parts.datasets.require(scope, datasetId);
    const id = uuid();
    return this.parts.dataSource.transaction(async (manager) => {
      await manager.insert(StudyEntity, { id, datasetId, name, kinds: [...kinds], seed });
      // Changes of the images' labels meanwhile do not matter: a trial copies the revision that was drawn here.
      await manager.query(drawImages, [id, datasetId, images, seed]);
      const count = await manager.countBy(StudyImageEntity, { studyId: id });
      if (count < images) {
        const message = `${images} images are asked for, and ${count} of the data set have a mask that marks something`;
        throw problem('BAD_USER_INPUT', message, { field: ['input', 'images'] });
      }
      return manager.findOneByOrFail(StudyEntity, { id });
    });
  }

  /** @throws ProblemError NOT_FOUND. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    await this.require(scope, id, ['input', 'id']);
    await this.parts.dataSource.manager.delete(StudyEntity, { id });
  }

  /**
   * Starts the next trial of whoever asks, who takes part from the first one on; one that was left begins anew.
   * @returns null when all are done.
   * @throws ProblemError NOT_FOUND.
   */
  async next(scope: AccessScope, by: Principal, studyId: string): Promise<StudyTrialEntity | null> {
    const study = await this.require(scope, studyId, ['input', 'studyId']);
    return this.parts.dataSource.transaction(async (manager) => {
      // Seats are given one after the other.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`study ${studyId}`]);
      const own = { studyId, principalId: by.id };
      if (!(await manager.existsBy(StudyTrialEntity, own))) await join(manager, study, by);
      const order = { position: 'ASC' } as const;
      const trial = await manager.findOne(StudyTrialEntity, { where: { ...own, finishedAt: IsNull() }, order });
      if (!trial) return null;
      await manager.query('UPDATE study_trial SET started_at = clock_timestamp() WHERE id = $1', [trial.id]);
      return manager.findOneByOrFail(StudyTrialEntity, { id: trial.id });
    });
  }

  /**
   * Ends a trial: its seconds are held against the clock of the database, and what was drawn against the truth.
   * @throws ProblemError NOT_FOUND for no trial of theirs; CONFLICT when it was not started or is finished; those of the label.
   */
  async finish(by: Principal, input: FinishTrial): Promise<StudyTrialEntity> {
    const field = ['input', 'trialId'];
    const { dataSource, pixels } = this.parts;
    const { trialId: id, activeSeconds, loadSeconds = null, measurement = null } = input;
    const trial = await dataSource.manager.findOneBy(StudyTrialEntity, { id, principalId: by.id });
    if (!trial) throw notFound('trial', id, field);
    const state = trial.finishedAt ? 'is finished already' : trial.startedAt ? undefined : 'was not started';
    if (state) throw problem('CONFLICT', `the trial ${state}`, { field, item: id });
    const { studyId, imageId, kind } = trial;
    const image = await dataSource.manager.findOneByOrFail(ImageEntity, { id: imageId });
    const { payload, problems } = this.checked(input, kind, image);
    throwIfProblems([...measurementProblems(input, ['input']), ...problems]);
    const { truth } = await dataSource.manager.findOneOrFail(StudyImageEntity, {
      where: { studyId, imageId },
      relations: { truth: true },
    });
    const { counts } = truth!.payload as PixelPayload;
    const size = { width: image.width, height: image.height };
    const content = { kind, payload: payload! };
    const quality = await pixels.run('trialQuality', [content, counts, size], { item: image.filename });
    const [, changed] = await dataSource.query<[unknown[], number]>(finishTrial, [
      ...[id, activeSeconds, loadSeconds, measurement, payload, quality, tolerance],
    ]);
    if (changed === 0) throw problem('CONFLICT', 'the trial is finished already', { field, item: id });
    return dataSource.manager.findOneByOrFail(StudyTrialEntity, { id });
  }

  byIds(scope: AccessScope, ids: readonly string[]): Promise<StudyEntity[]> {
    return rowsIn(scope, this.studies, { id: In([...ids]) }).getMany();
  }

  trialsByIds(scope: AccessScope, ids: readonly string[]): Promise<StudyTrialEntity[]> {
    const trials = this.parts.dataSource.getRepository(StudyTrialEntity);
    return rowsIn(scope, trials, { id: In([...ids]) }).getMany();
  }

  /** Studies of a data set, newest first. @throws FaultError BAD_USER_INPUT, CURSOR_INVALID. */
  page(scope: AccessScope, datasetId: string, request: PageRequest): Promise<Page<StudyEntity>> {
    const query = this.studies.createQueryBuilder('study').where({ datasetId });
    return paginate(inScope(query, scope), {
      connection: `studies:${datasetId}`,
      alias: 'study',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  async results(scope: AccessScope, study: StudyEntity): Promise<StudyResult[]> {
    return studyResults(study.kinds, await this.finished(scope, study.id));
  }

  /** Mean seconds of each kind over the trials of all studies of a data set that count. */
  async meanSeconds(scope: AccessScope, datasetId: string): Promise<Map<AnnotationKind, number>> {
    const { manager } = this.parts.dataSource;
    const [own] = await idsIn(scope, manager, DatasetEntity, [datasetId]);
    const rows = await manager.query<{ kind: AnnotationKind; seconds: number }[]>(
      `SELECT trial.kind, avg(trial.active_seconds) AS seconds FROM study_trial trial JOIN study ON study.id = trial.study_id
       WHERE study.dataset_id = $1 AND trial.timing = 'MEASURED' AND NOT trial.is_practice GROUP BY trial.kind`,
      [own],
    );
    return new Map(rows.map(({ kind, seconds }) => [kind, seconds]));
  }

  /** All finished trials as text. */
  async csv(scope: AccessScope, study: StudyEntity): Promise<string> {
    const trials = await this.finished(scope, study.id);
    const ids = [...new Set(trials.map(({ imageId }) => imageId))];
    const images = await this.parts.dataSource.manager.findBy(ImageEntity, { id: In(ids) });
    return trialsCsv(trials, new Map(images.map(({ id, filename }) => [id, filename])));
  }

  imageCount({ id: studyId }: StudyEntity): Promise<number> {
    return this.parts.dataSource.manager.countBy(StudyImageEntity, { studyId });
  }

  async participants(scope: AccessScope, { id }: StudyEntity): Promise<string[]> {
    const [study] = await idsIn(scope, this.parts.dataSource.manager, StudyEntity, [id]);
    const rows = await this.parts.dataSource.query<{ participant: string }[]>(
      'SELECT participant FROM study_trial WHERE study_id = $1 AND position = 0 ORDER BY seat',
      [study],
    );
    return rows.map(({ participant }) => participant);
  }

  /** Of whoever asks; all is to do before the first trial. */
  async progress(by: Principal, study: StudyEntity): Promise<StudyProgress> {
    const { manager } = this.parts.dataSource;
    const own = { studyId: study.id, principalId: by.id };
    const done = await manager.countBy(StudyTrialEntity, { ...own, finishedAt: Not(IsNull()) });
    return { done, total: study.kinds.length * (await this.imageCount(study)) };
  }

  /** UUID of the mask that a trial copies. */
  async truthOf({ studyId, imageId }: StudyTrialEntity): Promise<string> {
    return (await this.parts.dataSource.manager.findOneByOrFail(StudyImageEntity, { studyId, imageId })).truthId;
  }

  private async require(scope: AccessScope, id: string, field: readonly string[]): Promise<StudyEntity> {
    const found = await rowsIn(scope, this.studies, { id }).getOne();
    if (!found) throw notFound('study', id, field);
    return found;
  }

  private finished(scope: AccessScope, studyId: string): Promise<StudyTrialEntity[]> {
    const trials = this.parts.dataSource.getRepository(StudyTrialEntity);
    const done = rowsIn(scope, trials, { studyId, finishedAt: Not(IsNull()) });
    return done.orderBy('found.seat').addOrderBy('found.position').getMany();
  }

  private checked(input: FinishTrial, kind: AnnotationKind, image: ImageEntity): Checked<LabelContent['payload']> {
    const names = { BOX: 'boxes', BLOCK: 'blocks', PIXEL: 'counts' } as const;
    const given = Object.values(names).filter((name) => input[name] !== null && input[name] !== undefined);
    const field = ['input', names[kind]];
    if (given.length !== 1 || given[0] !== names[kind]) {
      const message = `the trial is of ${kind}, so exactly ${names[kind]} must be given; given is ${given.join(', ') || 'none'}`;
      return { problems: [{ code: 'BAD_USER_INPUT', message, field }], warnings: [] };
    }
    if (kind === 'BOX') return checkBoxes(input.boxes!, image, { limit: this.parts.limits.boxesPerImage, field });
    if (kind === 'BLOCK') {
      const { blockSize, labels } = input.blocks!;
      return checkBlocks(labels, blockSize, image, { field: [...field, 'labels'] });
    }
    return { payload: pixelPayloadFromRle(input.counts!, image, { field }), problems: [], warnings: [] };
  }

  private get studies() {
    return this.parts.dataSource.getRepository(StudyEntity);
  }
}

function choiceProblems({ kinds, images, seed }: CreateStudy): Problem[] {
  const problems: Problem[] = [];
  if (kinds.length === 0 || new Set(kinds).size < kinds.length) {
    const message = `kinds is [${kinds.join(', ')}]; it must name at least one, each once`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'kinds'] });
  }
  if (!(images >= fewestImages && images <= mostImages)) {
    const message = `images is ${images}; it must be from ${fewestImages}, since the first ${practiceTrials} are practice, to ${mostImages}`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'images'] });
  }
  if (seed < 0) {
    const message = `seed is ${seed}; it must be at least 0`;
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'seed'] });
  }
  return problems;
}

/** Gives somebody the next seat, and all trials that go with it. */
async function join(manager: EntityManager, study: StudyEntity, by: Principal): Promise<void> {
  const { id: studyId, kinds, seed } = study;
  const images = await manager.find(StudyImageEntity, { where: { studyId }, order: { imageId: 'ASC' } });
  const seat = await manager.countBy(StudyTrialEntity, { studyId, position: 0 });
  const order = trialOrder(
    kinds,
    images.map(({ imageId }) => imageId),
    { seat, seed },
  );
  const own = { studyId, principalId: by.id, participant: by.name, seat };
  const rows = order.map((trial, position) => ({ id: uuid(), ...own, ...trial, position }));
  await manager.insert(StudyTrialEntity, rows);
}

/** $1 study, $2 data set, $3 how many, $4 seed: images whose newest mask marks something, by lot. */
const drawImages = `
  INSERT INTO study_image (study_id, image_id, truth_id)
  SELECT $1, image.id, mask.id FROM image JOIN LATERAL (
    SELECT id, removed, payload FROM annotation WHERE image_id = image.id AND kind = 'PIXEL' ORDER BY revision DESC LIMIT 1
  ) AS mask ON NOT mask.removed AND (mask.payload->>'anomalousPixels')::bigint > 0
  WHERE image.dataset_id = $2 AND image.removed_at IS NULL ORDER BY md5(image.id::text || $4::text) LIMIT $3`;

/** $2 seconds are plausible when they fit between start and now. */
const finishTrial = `
  UPDATE study_trial SET finished_at = clock_timestamp(), active_seconds = $2, load_seconds = $3, measurement = $4,
    payload = $5, quality = $6, timing = CASE
      WHEN $2::double precision <= extract(epoch FROM clock_timestamp() - started_at) + $7::double precision
      THEN 'MEASURED' ELSE 'IMPLAUSIBLE' END
  WHERE id = $1 AND finished_at IS NULL`;
