"""Programs that people who ran machines know, and that a shell here may not have. Whoever types one is told that it is left out; only what nobody has is said not to be found."""

from typing import Final

LEFT_OUT: Final = frozenset(
    """
    7z ab alternatives ansible ansible-galaxy ansible-playbook apachectl apk apropos apt apt-cache apt-get apt-key arch argocd arp arping at atop aws az batch bc blkid bmon bpftool bpftrace brctl brew bridge btop buildah busctl bzip2
    calicoctl cargo certbot cfssl chage chattr chef-client chronyc chsh cilium cinder cmp collectl conntrack consul cri-dockerd crictl crontab csplit ctop ctr cyclictest df dig dmesg dmidecode dmsetup dnf docker docker-compose
    docker-machine dockerd doctl dpkg dpkg-query dstat edquota efibootmgr eksctl elinks esxcli etcdctl etcdutl ethtool fdisk fgconsole file findmnt fio firewall-cmd flux foreman free ftp fuser g++ gcc gcloud gdb getcap getfacl git glance
    glances gmake go gparted gpasswd gpg gradle groupadd groupdel growpart gsutil gzip halt hdparm helm helmfile hey host hostnamectl htop hubble ibmcloud ifconfig ifdown iftop ifup init insmod ionice iostat iotop ip6tables iperf iperf3
    ipset iptables ipvsadm iscsiadm istioctl iw java javac jmeter journalctl k3d k3s k6 k9s kcat kexec keystone kind kompose kops krew kubeadm kubecolor kubectl kubectx kubelet kubens kubeseal kubetail kustomize kvm last lastlog ldapsearch
    libvirtd linkerd locate logger loginctl logrotate losetup lsattr lsblk lscpu lshw lsmod lsns lsof lspci lsusb ltrace lvcreate lvdisplay lvextend lvs lxc lxc-ls lxd lynx machinectl mail make man mdadm meson mesos mii-tool minikube mkfs
    mkfs.ext4 mkfs.xfs mkisofs mkswap modinfo modprobe mongo mongosh more mpstat mtr multipath mvn mysql mysqladmin mysqldump namei nc ncat ncdu nerdctl netplan netstat networkctl neutron newgrp nft nginx ngrep ninja nmap nmcli nmon node
    nomad nova npm npx nsenter ntpdate ntpq numactl numastat nvidia-smi oc openssl openstack packer pacman parted partprobe passwd patch perf perl pg_dump pgrep php pidstat pip pip3 pkexec pmap podman poweroff powertop ps pscp psql pssh
    pstree puppet pvcreate pvs pwgen python python2 python3 qemu-img qemu-nbd qemu-system-x86_64 quota rabbitmqctl rclone rdma redis-cli resize2fs resolvectl rkt rmmod route rpm rsync ruby runc runlevel runuser rustc sar scp screen script
    sealert semanage sendmail service sestatus setcap setenforce setfacl sftp shutdown skaffold skopeo slabtop smartctl snap socat sosreport ss ssh ssh-add ssh-agent ssh-copy-id ssh-keygen stern strace stress stress-ng subscription-manager
    supervisorctl swanctl swapoff swapon sysbench sysctl sysdig systemctl systemd-analyze systemd-cgls systemd-cgtop systemd-nspawn systemd-run tailscale tar tc tcpdump tcptraceroute telnet terraform tilt timedatectl tmux tofu top tracepath
    traceroute tree ts tshark tune2fs tuned-adm udevadm ufw umask unshare unzip update-alternatives uptime useradd userdel usermod vagrant vault vboxmanage velero vgcreate vgs virsh virt-clone virt-customize virt-install virt-manager
    virt-top virt-viewer visudo vmrun vmstat w wall whatis whereis which who whois wipefs wireshark wrk xe xfs_growfs xl xm xz yum zabbix_agentd zfs zip zpool zypper
    """.split()
)
"""Names only; a shell that has one of them runs it."""
INSTEAD: Final = {
    "helm": "the real helm works with this sandbox: open the API on this page, download the kubeconfig and run helm --kubeconfig FILE on your own computer",
    "git": "this sandbox has no way to the internet, so nothing can be cloned; paste the files with cat > FILE <<EOF, or open an editor with vi FILE",
    "man": "NAME --help says what a command takes", "apropos": "help lists what there is", "whatis": "NAME --help says what a command is",
    "tmux": "there is one terminal; & puts a command into the background", "screen": "there is one terminal; & puts a command into the background",
    "kubens": "use kubectl config set-context --current --namespace=NAME", "kubectx": "there is one cluster; kubectl config get-contexts shows it", "k9s": "the picture beside the terminal shows the cluster", "stern": "use kubectl logs -f -l LABEL", "kubetail": "use kubectl logs -f -l LABEL",
}


def said(name: str) -> str:
    """Return what a shell says about a program that it has not got.

    >>> said("htop"), said("kubctl")
    ('learnk8s: htop: not modelled in this sandbox\\n', 'bash: kubctl: command not found\\n')
    """
    if name in LEFT_OUT or name in INSTEAD:
        return f"learnk8s: {name}: not modelled in this sandbox{f'; {INSTEAD[name]}' if name in INSTEAD else ''}\n"
    return f"bash: {name}: {'No such file or directory' if '/' in name else 'command not found'}\n"
