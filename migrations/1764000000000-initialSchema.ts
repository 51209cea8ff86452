import { v7 as uuidv7 } from 'uuid';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table, and the project that always exists. */
export class InitialSchema1764000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
    await queryRunner.query(`INSERT INTO "project" ("id", "name") VALUES ($1, 'default')`, [uuidv7()]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of downStatements) await queryRunner.query(statement);
  }
}

const upStatements = [
  `CREATE TABLE "project" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_4d68b1358bb5b766d3e78f32f57" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_dedfea394088ed136ddadeee89" ON "project" ("name")`,
  `CREATE TABLE "dataset" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "project_id" uuid NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_36c1c67adb3d1dd69ae57f18913" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_109fd11edd246e0465d2e7e76a" ON "dataset" ("name")`,
  `CREATE INDEX "IDX_aea6abb789a23ddd193f9b2e48" ON "dataset" ("project_id")`,
  `CREATE TABLE "image" (
    "id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "filename" text NOT NULL,
    "sha256" text NOT NULL,
    "bytes" integer NOT NULL,
    "width" integer NOT NULL,
    "height" integer NOT NULL,
    "split" text NOT NULL,
    "label" text NOT NULL,
    "defect_type" text,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_d6db1ab4ee9ad9dbe86c64e4cc3" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_aebcc8fb5723fca516c3b1785d" ON "image" ("sha256")`,
  `CREATE INDEX "IDX_cd589369056cc8a4ac9f1abcd8" ON "image" ("dataset_id", "id")`,
  `CREATE UNIQUE INDEX "IDX_37b00017fc3f0f55a2f2b82969" ON "image" ("dataset_id", "filename")`,
  `CREATE TABLE "annotation" (
    "id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "kind" text NOT NULL,
    "revision" integer NOT NULL,
    "source" text NOT NULL,
    "author" text,
    "active_seconds" double precision,
    "payload" jsonb NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_ec39ebae82efb7cfc77302eb7b3" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_d52670611c239875ba2bcaf5d6" ON "annotation" ("image_id", "kind", "revision")`,
  `CREATE TABLE "job" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "state" text NOT NULL,
    "progress" double precision NOT NULL DEFAULT '0',
    "attempt" integer NOT NULL DEFAULT '0',
    "last_seq" integer NOT NULL DEFAULT '0',
    "started_at" TIMESTAMP WITH TIME ZONE,
    "finished_at" TIMESTAMP WITH TIME ZONE,
    "cancel_requested_at" TIMESTAMP WITH TIME ZONE,
    "failure" jsonb,
    "idempotency_key" text,
    "input_digest" text,
    "lease_token" uuid,
    "lease_expires_at" TIMESTAMP WITH TIME ZONE,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_98ab1c14ff8d1cf80d18703b92f" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_1b22162ea987cbbf15f6a60e9d" ON "job" ("idempotency_key") WHERE idempotency_key IS NOT NULL`,
  `CREATE INDEX "IDX_9f3779cd409516a5eef65d7359" ON "job" ("kind", "state")`,
  `CREATE TABLE "job_event" (
    "job_id" uuid NOT NULL,
    "seq" integer NOT NULL,
    "attempt" integer NOT NULL,
    "type" text NOT NULL,
    "payload" jsonb NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "PK_94ae457ef2552dfdc7edc9e4248" PRIMARY KEY ("job_id", "seq")
  )`,
  `CREATE TABLE "dataset_import" (
    "job_id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "format" text NOT NULL,
    "source" jsonb NOT NULL,
    "dry_run" boolean NOT NULL,
    "images_imported" integer NOT NULL DEFAULT '0',
    "annotations_imported" integer NOT NULL DEFAULT '0',
    "problems" jsonb NOT NULL DEFAULT '[]',
    "total_problems" integer NOT NULL DEFAULT '0',
    CONSTRAINT "PK_4eab57a6a275a689ff77ecbc15d" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_60a4e03594d41efe95cb3f6fd5" ON "dataset_import" ("dataset_id")`,
  `CREATE TABLE "snapshot" (
    "id" uuid NOT NULL,
    "dataset_id" uuid NOT NULL,
    "tag" text,
    "digest" text NOT NULL,
    "counts" jsonb NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_47b29c1a6055220b1ebdafdf7b5" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_881a0a773a14e7f3b5ed3c9d26" ON "snapshot" ("dataset_id")`,
  `CREATE TABLE "snapshot_image" (
    "snapshot_id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "split" text NOT NULL,
    "label" text NOT NULL,
    "defect_type" text,
    "annotation_ids" uuid array NOT NULL,
    CONSTRAINT "PK_29381ecbd4c3be4729bceca7048" PRIMARY KEY ("snapshot_id", "image_id")
  )`,
  `CREATE INDEX "IDX_c01f2df2b03e2eb1562e3d630b" ON "snapshot_image" ("image_id")`,
  `CREATE TABLE "training_run" (
    "job_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "model_name" text NOT NULL,
    "supervision" text NOT NULL,
    "labels" text,
    "seed" integer NOT NULL,
    "preset" text,
    "detector" jsonb NOT NULL,
    "feature_extractor" jsonb NOT NULL,
    "augmentations" jsonb NOT NULL,
    "loss" jsonb,
    "settings" jsonb NOT NULL,
    "environment" jsonb NOT NULL DEFAULT '{}',
    "from_model_version_id" uuid,
    CONSTRAINT "PK_ef5b371cc87818155e5908fdcf1" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_971a53248ce9386fe72e92de8c" ON "training_run" ("snapshot_id")`,
  `CREATE TABLE "model" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "project_id" uuid NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_d6df271bba301d5cc79462912a4" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_b19ef2555e9aa71a4dcc440337" ON "model" ("name")`,
  `CREATE TABLE "model_version" (
    "id" uuid NOT NULL,
    "model_id" uuid NOT NULL,
    "version" integer NOT NULL,
    "training_run_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "supervision" text NOT NULL,
    "artifact_sha256" text NOT NULL,
    "artifact_bytes" bigint NOT NULL,
    "image_threshold" double precision,
    "pixel_threshold" double precision,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "REL_ae5caed075a6b72f043246b87a" UNIQUE ("training_run_id"),
    CONSTRAINT "PK_1213bca4e8ee7ac1323cc4bf454" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_7f807d533d6ea502d0743896a6" ON "model_version" ("model_id", "version")`,
  `CREATE TABLE "model_alias" (
    "model_id" uuid NOT NULL,
    "name" text NOT NULL,
    "model_version_id" uuid NOT NULL,
    "moved_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_63eb9484f8b5f112eb449076ff7" PRIMARY KEY ("model_id", "name")
  )`,
  `CREATE INDEX "IDX_c295f894eab60aa901eae8e082" ON "model_alias" ("model_version_id")`,
  `CREATE TABLE "evaluation" (
    "job_id" uuid NOT NULL,
    "model_version_id" uuid NOT NULL,
    "snapshot_id" uuid NOT NULL,
    "split" text NOT NULL,
    "metrics" jsonb,
    "by_defect_type" jsonb,
    "curves" jsonb,
    CONSTRAINT "PK_83d2e94d34a81c05a4fd9bc5f31" PRIMARY KEY ("job_id")
  )`,
  `CREATE INDEX "IDX_9e0b13e3e58e4771ecf1554082" ON "evaluation" ("model_version_id")`,
  `CREATE INDEX "IDX_327cdc1bd5ed405b708dbfc965" ON "evaluation" ("snapshot_id")`,
  `CREATE TABLE "evaluated_image" (
    "id" uuid NOT NULL,
    "evaluation_id" uuid NOT NULL,
    "image_id" uuid NOT NULL,
    "filename" text NOT NULL,
    "anomaly_score" double precision NOT NULL,
    "is_anomalous" boolean NOT NULL,
    "error" double precision NOT NULL,
    "anomaly_map_sha256" text NOT NULL,
    "anomaly_map_scale" double precision NOT NULL,
    "overlay_sha256" text NOT NULL,
    "regions" jsonb NOT NULL,
    CONSTRAINT "PK_a94d87cf44608398333eb934f29" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_aa6c3636e9630fa2a903d91c7e" ON "evaluated_image" ("evaluation_id")`,
  `CREATE INDEX "IDX_863418572793f4951a9fc3dc35" ON "evaluated_image" ("image_id")`,
  `CREATE TABLE "upload" (
    "id" uuid NOT NULL,
    "filename" text NOT NULL,
    "bytes" bigint NOT NULL,
    "sha256" text NOT NULL,
    "content_type" text NOT NULL,
    "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "completed_at" TIMESTAMP WITH TIME ZONE,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_1fe8db121b3de4ddfa677fc51f3" PRIMARY KEY ("id")
  )`,
  `ALTER TABLE "dataset" ADD CONSTRAINT "FK_aea6abb789a23ddd193f9b2e489"
    FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "image" ADD CONSTRAINT "FK_24c97d9799c15cb46fb8c7f67e7"
    FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "annotation" ADD CONSTRAINT "FK_44064e1aa5a9dfa6753f6ca548f"
    FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "job_event" ADD CONSTRAINT "FK_86e9dff9bc845b831415e36ca41"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "dataset_import" ADD CONSTRAINT "FK_4eab57a6a275a689ff77ecbc15d"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "dataset_import" ADD CONSTRAINT "FK_60a4e03594d41efe95cb3f6fd5a"
    FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "snapshot" ADD CONSTRAINT "FK_881a0a773a14e7f3b5ed3c9d26a"
    FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "snapshot_image" ADD CONSTRAINT "FK_1bf274db7b59e395a218ab79e9e"
    FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "snapshot_image" ADD CONSTRAINT "FK_c01f2df2b03e2eb1562e3d630b8"
    FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "training_run" ADD CONSTRAINT "FK_ef5b371cc87818155e5908fdcf1"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "training_run" ADD CONSTRAINT "FK_971a53248ce9386fe72e92de8c0"
    FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "training_run" ADD CONSTRAINT "FK_d00e026ade70a16d271e807b1de"
    FOREIGN KEY ("from_model_version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "model" ADD CONSTRAINT "FK_e71e1f36f74adcb5a4ef5f931af"
    FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "model_version" ADD CONSTRAINT "FK_959afe36ff1a069b7cfbdb65ece"
    FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "model_version" ADD CONSTRAINT "FK_ae5caed075a6b72f043246b87ad"
    FOREIGN KEY ("training_run_id") REFERENCES "training_run"("job_id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "model_version" ADD CONSTRAINT "FK_3d864a3465e198c9f30f1675961"
    FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "model_alias" ADD CONSTRAINT "FK_64c7445ce25152898e7c81fa859"
    FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "model_alias" ADD CONSTRAINT "FK_c295f894eab60aa901eae8e082d"
    FOREIGN KEY ("model_version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "evaluation" ADD CONSTRAINT "FK_83d2e94d34a81c05a4fd9bc5f31"
    FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "evaluation" ADD CONSTRAINT "FK_9e0b13e3e58e4771ecf1554082c"
    FOREIGN KEY ("model_version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "evaluation" ADD CONSTRAINT "FK_327cdc1bd5ed405b708dbfc965b"
    FOREIGN KEY ("snapshot_id") REFERENCES "snapshot"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
  `ALTER TABLE "evaluated_image" ADD CONSTRAINT "FK_aa6c3636e9630fa2a903d91c7ef"
    FOREIGN KEY ("evaluation_id") REFERENCES "evaluation"("job_id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "evaluated_image" ADD CONSTRAINT "FK_863418572793f4951a9fc3dc35c"
    FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`,
];

/** Foreign keys first, for two tables refer to each other; a table takes its indexes along. */
const downStatements = [
  `ALTER TABLE "evaluated_image" DROP CONSTRAINT "FK_863418572793f4951a9fc3dc35c"`,
  `ALTER TABLE "evaluated_image" DROP CONSTRAINT "FK_aa6c3636e9630fa2a903d91c7ef"`,
  `ALTER TABLE "evaluation" DROP CONSTRAINT "FK_327cdc1bd5ed405b708dbfc965b"`,
  `ALTER TABLE "evaluation" DROP CONSTRAINT "FK_9e0b13e3e58e4771ecf1554082c"`,
  `ALTER TABLE "evaluation" DROP CONSTRAINT "FK_83d2e94d34a81c05a4fd9bc5f31"`,
  `ALTER TABLE "model_alias" DROP CONSTRAINT "FK_c295f894eab60aa901eae8e082d"`,
  `ALTER TABLE "model_alias" DROP CONSTRAINT "FK_64c7445ce25152898e7c81fa859"`,
  `ALTER TABLE "model_version" DROP CONSTRAINT "FK_3d864a3465e198c9f30f1675961"`,
  `ALTER TABLE "model_version" DROP CONSTRAINT "FK_ae5caed075a6b72f043246b87ad"`,
  `ALTER TABLE "model_version" DROP CONSTRAINT "FK_959afe36ff1a069b7cfbdb65ece"`,
  `ALTER TABLE "model" DROP CONSTRAINT "FK_e71e1f36f74adcb5a4ef5f931af"`,
  `ALTER TABLE "training_run" DROP CONSTRAINT "FK_d00e026ade70a16d271e807b1de"`,
  `ALTER TABLE "training_run" DROP CONSTRAINT "FK_971a53248ce9386fe72e92de8c0"`,
  `ALTER TABLE "training_run" DROP CONSTRAINT "FK_ef5b371cc87818155e5908fdcf1"`,
  `ALTER TABLE "snapshot_image" DROP CONSTRAINT "FK_c01f2df2b03e2eb1562e3d630b8"`,
  `ALTER TABLE "snapshot_image" DROP CONSTRAINT "FK_1bf274db7b59e395a218ab79e9e"`,
  `ALTER TABLE "snapshot" DROP CONSTRAINT "FK_881a0a773a14e7f3b5ed3c9d26a"`,
  `ALTER TABLE "dataset_import" DROP CONSTRAINT "FK_60a4e03594d41efe95cb3f6fd5a"`,
  `ALTER TABLE "dataset_import" DROP CONSTRAINT "FK_4eab57a6a275a689ff77ecbc15d"`,
  `ALTER TABLE "job_event" DROP CONSTRAINT "FK_86e9dff9bc845b831415e36ca41"`,
  `ALTER TABLE "annotation" DROP CONSTRAINT "FK_44064e1aa5a9dfa6753f6ca548f"`,
  `ALTER TABLE "image" DROP CONSTRAINT "FK_24c97d9799c15cb46fb8c7f67e7"`,
  `ALTER TABLE "dataset" DROP CONSTRAINT "FK_aea6abb789a23ddd193f9b2e489"`,
  `DROP TABLE "upload"`,
  `DROP TABLE "evaluated_image"`,
  `DROP TABLE "evaluation"`,
  `DROP TABLE "model_alias"`,
  `DROP TABLE "model_version"`,
  `DROP TABLE "model"`,
  `DROP TABLE "training_run"`,
  `DROP TABLE "snapshot_image"`,
  `DROP TABLE "snapshot"`,
  `DROP TABLE "dataset_import"`,
  `DROP TABLE "job_event"`,
  `DROP TABLE "job"`,
  `DROP TABLE "annotation"`,
  `DROP TABLE "image"`,
  `DROP TABLE "dataset"`,
  `DROP TABLE "project"`,
];
