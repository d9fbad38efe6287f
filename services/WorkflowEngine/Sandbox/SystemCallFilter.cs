namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>
/// The filter as a BPF program for Linux on x86-64 (seccomp(2); the numbers are the kernel's syscall_64.tbl). It refuses by name, as the
/// runtime goes on to map memory, to start threads and to wait; a call that is refused fails with EPERM and kills nobody.
/// </summary>
internal static class SystemCallFilter
{
    private const uint Allow = 0x7FFF_0000;
    private const uint Refuse = 0x0005_0000 | 1;          // EPERM
    private const uint NotThere = 0x0005_0000 | 38;       // ENOSYS
    private const uint KillProcess = 0x8000_0000;
    private const uint X64 = 0xC000_003E;
    private const uint CompatibilityBit = 0x4000_0000;
    private const uint ThreadFlag = 0x0001_0000;          // CLONE_THREAD
    private const uint Clone = 56;
    private const uint Clone3 = 435;

    // Offsets into seccomp_data.
    private const uint NumberAt = 0;
    private const uint ArchitectureAt = 4;
    private const uint FirstArgumentAt = 16;

    private static readonly uint[] Refused =
    [
        2, 85, 257, 437,                                  // open, creat, openat, openat2
        41, 42, 43, 49, 50, 53, 288,                      // socket, connect, accept, bind, listen, socketpair, accept4
        44, 45, 46, 47, 299, 307,                         // sendto, recvfrom, sendmsg, recvmsg, recvmmsg, sendmmsg
        57, 58, 59, 322,                                  // fork, vfork, execve, execveat
        62, 129, 297, 424,                                // kill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal
        101, 310, 311, 312, 434, 438,                     // ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_open, pidfd_getfd
        76, 77, 82, 83, 84, 86, 87, 88, 133,              // truncate, ftruncate, rename, mkdir, rmdir, link, unlink, symlink, mknod
        258, 259, 263, 264, 265, 266, 316,                // mkdirat, mknodat, unlinkat, renameat, linkat, symlinkat, renameat2
        90, 91, 92, 93, 94, 260, 268, 452,                // chmod, fchmod, chown, fchown, lchown, fchownat, fchmodat, fchmodat2
        132, 235, 261, 280,                               // utime, utimes, futimesat, utimensat
        4, 6, 21, 89, 78, 217, 262, 267, 269, 332, 439,   // stat, lstat, access, readlink, getdents, getdents64, newfstatat, readlinkat, faccessat, statx, faccessat2
        80, 81, 155, 161, 165, 166, 272, 308,             // chdir, fchdir, pivot_root, chroot, mount, umount2, unshare, setns
        105, 106, 113, 114, 116, 117, 119, 126,           // setuid and its kin, capset
        160, 302,                                         // setrlimit, prlimit64
        298, 321, 323, 425, 426, 427,                     // perf_event_open, bpf, userfaultfd, io_uring_setup, io_uring_enter, io_uring_register
        246, 320, 169, 175, 176, 313,                     // kexec_load, kexec_file_load, reboot, init_module, delete_module, finit_module
        248, 249, 250, 29, 30, 31, 64, 68, 240,           // add_key, request_key, keyctl, shmget, shmat, shmctl, semget, msgget, mq_open
        303, 304, 428, 429, 430, 431, 432, 433, 442,      // name_to_handle_at, open_by_handle_at, open_tree … fspick, mount_setattr
        188, 189, 190, 191, 192, 193, 194, 195, 196,      // extended attributes
        253, 254, 294, 300,                               // inotify_init, inotify_add_watch, inotify_init1, fanotify_init
    ];

    public static ulong[] Program()
    {
        var program = new List<ulong>
        {
            Load(ArchitectureAt),
            JumpIfEqual(X64, 1, 0),
            Return(KillProcess),
            Load(NumberAt),
            JumpIfAtLeast(CompatibilityBit, 0, 1),
            Return(Refuse),
            JumpIfEqual(Clone3, 0, 1),
            Return(NotThere),                             // its flags stand in memory, where a filter cannot look; callers fall back to clone
            JumpIfEqual(Clone, 0, 4),
            Load(FirstArgumentAt),
            JumpIfAnyBit(ThreadFlag, 1, 0),
            Return(Refuse),
            Return(Allow),
        };
        foreach (var number in Refused)
        {
            program.Add(JumpIfEqual(number, 0, 1));
            program.Add(Return(Refuse));
        }

        program.Add(Return(Allow));
        return [.. program];
    }

    // struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }, little-endian.
    private static ulong Instruction(ushort code, byte whenTrue, byte whenFalse, uint operand) =>
        code | ((ulong)whenTrue << 16) | ((ulong)whenFalse << 24) | ((ulong)operand << 32);

    private static ulong Load(uint offset) => Instruction(0x20, 0, 0, offset);

    private static ulong JumpIfEqual(uint operand, byte whenTrue, byte whenFalse) => Instruction(0x15, whenTrue, whenFalse, operand);

    private static ulong JumpIfAtLeast(uint operand, byte whenTrue, byte whenFalse) => Instruction(0x35, whenTrue, whenFalse, operand);

    private static ulong JumpIfAnyBit(uint operand, byte whenTrue, byte whenFalse) => Instruction(0x45, whenTrue, whenFalse, operand);

    private static ulong Return(uint action) => Instruction(0x06, 0, 0, action);
}
