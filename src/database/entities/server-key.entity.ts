import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret of the installation that its processes share. */
@Entity('server_key')
export class ServerKeyEntity {
  /** What it is for. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_server_key' })
  name: string;

  /** 64 hexadecimal digits. */
  @Column('text')
  secret: string;
}
