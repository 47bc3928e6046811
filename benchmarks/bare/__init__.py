"""What figures are compared with where guests run: programs that time nothing but what libvirt or QEMU does."""
