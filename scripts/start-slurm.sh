#!/usr/bin/env bash
# A SLURM of one node on this machine, of Debian's slurm-wlm, for the tests that want one: start-slurm.sh FOLDER.
# Needs root; writes /etc/slurm/slurm.conf. Ends by `pkill --pidfile` of FOLDER/slurmctld.pid and FOLDER/slurmd.pid.
set -euo pipefail
folder=$(realpath -m "$1")
mkdir -p "$folder/state" "$folder/spool" /etc/slurm
cat > /etc/slurm/slurm.conf <<END
ClusterName=one
SlurmctldHost=$(hostname -s)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=10
NodeName=$(hostname -s) CPUs=$(nproc) RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
[ -f /etc/munge/munge.key ] || mungekey --create
install -d -o munge -g munge -m 755 /run/munge
pgrep -x munged > /dev/null || setpriv --reuid munge --regid munge --clear-groups munged
slurmctld
slurmd
for _ in {1..60}; do
  if sinfo --noheader --states=idle --format=%T 2> /dev/null | grep -q idle; then exit 0; fi
  sleep 0.5
done
echo "SLURM does not answer:" >&2
tail "$folder"/*.log >&2
exit 1
